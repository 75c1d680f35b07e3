import assert from "node:assert/strict";
import { fstatSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createDoorbell } from "./doorbell.ts";

/** A bell whose additions land in a file instead of a counter. */
function aBell(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "offhook-bell-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "added");
  const descriptor = openSync(path, "w");
  return { bell: createDoorbell(descriptor), descriptor, added: () => [...readFileSync(path)] };
}

const oneMore = [1, 0, 0, 0, 0, 0, 0, 0];

test("a bell that is rung often in one turn adds one, once that turn is over", async (context) => {
  const { bell, added } = aBell(context);

  bell.ring();
  bell.ring();
  const inTurn = added();
  await Promise.resolve();

  assert.deepEqual([inTurn, added()], [[], oneMore]);
  bell.close();
});

test("a bell can be rung in each turn", async (context) => {
  const { bell, added } = aBell(context);
  for (let turn = 0; turn < 3; turn++) {
    bell.ring();
    await Promise.resolve();
  }

  assert.deepEqual(added(), [...oneMore, ...oneMore, ...oneMore]);
  bell.close();
});

test("a bell that is closed gives its descriptor back, and what was rung before is not written to whoever has it now", async (context) => {
  const { bell, descriptor, added } = aBell(context);

  bell.ring();
  bell.close();
  bell.close();
  await Promise.resolve();

  assert.throws(() => fstatSync(descriptor), { code: "EBADF" });
  assert.deepEqual(added(), []);
});
