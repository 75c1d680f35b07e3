// A call by script in code; index.scene.yaml has the others. Run it with: node --test

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { dial, openFunction } from "offhook/testing";

// TypeScript runs in a process of its own, as on the server; `import { handler }` does where the tests are compiled too.
const app = await openFunction(new URL("index.ts", import.meta.url), { onOutput: () => undefined });
after(() => app.close());

test("whom the operator has left can call the operator again", async () => {
  const call = await dial(app);
  await call.hears("Welcome");
  await call.presses("0");
  await call.hears("One moment");
  const operator = await call.dials("+12065550142");
  await operator.answers();
  assert.ok(call.isBridged);
  await call.hears({ prompt: "ringback.wav" });
  await operator.hangsUp();
  await call.hears("The operator has left.");
  await call.presses("0");
  await call.hears("One moment");
  await call.dials("+12065550142");

  assert.equal(call.called.length, 2);
  assert.deepEqual(call.findings, []);
});
