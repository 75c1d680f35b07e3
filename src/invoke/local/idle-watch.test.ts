import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createIdleWatch, processorsOf } from "./idle-watch.ts";

function setUp() {
  const clock = createManualClock();
  const times = { idleMs: 0, allMs: 0 };
  const isIdle = createIdleWatch(clock, () => ({ ...times }));
  /** Lets two processors be idle for a share of the time. */
  const pass = (ms: number, idleShare: number) => {
    clock.advance(ms);
    times.allMs += 2 * ms;
    times.idleMs += 2 * ms * idleShare;
    return isIdle();
  };
  return { pass };
}

test("a machine whose processors were idle for a fifth of a moment has one to spare", () => {
  const { pass } = setUp();
  pass(50, 1);

  assert.equal(pass(50, 0.1), false);
  assert.equal(pass(50, 0.25), true);
});

test("the first look, and one after a long time, find no processor to spare: what was then is not now", () => {
  const { pass } = setUp();

  assert.equal(pass(50, 1), false);
  assert.equal(pass(60_000, 1), false);
  assert.equal(pass(50, 1), true);
});

test("reads lists of processors as the system writes them", () => {
  assert.deepEqual([...processorsOf("0")], [0]);
  assert.deepEqual([...processorsOf("0-2,5,7-8")], [0, 1, 2, 5, 7, 8]);
});

test("takes no notice of a processor that this process may not use", { skip: process.platform !== "linux" }, () => {
  const program = `
    import { createIdleWatch } from "${new URL("./idle-watch.js", import.meta.url).href}";
    const clock = { monotonicMs: () => performance.now() };
    const isIdle = createIdleWatch(clock);
    isIdle();
    const until = performance.now() + 300;
    while (performance.now() < until);
    console.log(isIdle());
  `;
  const { stdout } = spawnSync("taskset", ["-c", "0", process.execPath, "--input-type=module", "--eval", program], {
    encoding: "utf8",
  });

  assert.equal(stdout.trim(), "false");
});
