import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createIdleWatch } from "./idle-watch.ts";

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
