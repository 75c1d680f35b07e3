import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createTimerList } from "./timer-list.ts";

function aList() {
  const base = createManualClock();
  const fired: string[] = [];
  const list = createTimerList(base, () => fired.push("start"));
  return { base, fired, list, run: () => list.run(base.monotonicMs()) };
}

test("timers run once, in the order of their times, and not before", () => {
  const { base, fired, list, run } = aList();
  list.clock.startTimer(3, () => fired.push("second"));
  list.clock.startTimer(1, () => fired.push("first"));
  list.clock.startTimer(9, () => fired.push("third"));

  assert.equal(list.dueMs() - base.monotonicMs(), 1);
  assert.equal(run(), false);
  base.advance(3);
  assert.equal(run(), true);
  assert.equal(run(), false);

  assert.deepEqual(fired, ["start", "start", "start", "first", "second"]);
  assert.equal(list.size(), 1);
});

test("a timer that another cancels, or starts, does not run with it", () => {
  const { base, fired, list, run } = aList();
  list.clock.startTimer(1, () => {
    other.cancel();
    list.clock.startTimer(0, () => fired.push("new"));
  });
  const other = list.clock.startTimer(1, () => fired.push("cancelled"));
  base.advance(1);

  run();
  assert.deepEqual(fired, ["start", "start", "start"]);
  run();
  assert.deepEqual(fired, ["start", "start", "start", "new"]);
  assert.equal(list.dueMs(), Infinity);
});
