// The same in code, where more than a scene is wanted. The steps: node_modules/offhook/docs/testing.md
import assert from "node:assert/strict";
import { test } from "node:test";
import { dial, eachWay } from "offhook/testing";
import { handler } from "./index.ts";

test("whatever the original does where nobody knows, the caller hears the menu", async () => {
  await eachWay(async (options) => {
    const call = await dial(handler, options);
    await call.hears("press 1");
    await call.presses("1");
    await call.hears({ prompt: "hours.wav" }, { toTheEnd: true });
    await call.isHungUp();
    assert.deepEqual(call.findings, []);
  });
});

test("the operator leaves first, and the caller is hung up too", async () => {
  const call = await dial(handler);
  await call.hears("press 2");
  await call.presses("2");
  const operator = await call.dials("+12065550142");
  await operator.answers();
  await operator.hangsUp();
  await call.isHungUp();
});
