import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createTimerList } from "./timer-list.ts";

function aList() {
  const base = createManualClock();
  const told: string[] = [];
  const list = createTimerList(base, () => told.push("start"));
  return { base, told, list, run: () => list.run(base.monotonicMs()) };
}

test("timers run once, in the order of their times, and not before", () => {
  const { base, told, list, run } = aList();
  list.clock.startTimer(3, () => told.push("second"));
  list.clock.startTimer(1, () => told.push("first"));
  list.clock.startTimer(9, () => told.push("third"));

  assert.equal(list.dueMs() - base.monotonicMs(), 1);
  assert.equal(run(), false);
  base.advance(3);
  assert.equal(run(), true);
  assert.equal(run(), false);

  assert.deepEqual(told, ["start", "start", "start", "first", "second"]);
  assert.equal(list.size(), 1);
});

test("a timer that another cancels, or starts, does not run with it", () => {
  const { base, told, list, run } = aList();
  list.clock.startTimer(1, () => {
    other.cancel();
    list.clock.startTimer(0, () => told.push("new"));
  });
  const other = list.clock.startTimer(1, () => told.push("cancelled"));
  base.advance(1);

  run();
  assert.deepEqual(told, ["start", "start", "start"]);
  run();
  assert.deepEqual(told, ["start", "start", "start", "new"]);
  assert.equal(list.dueMs(), Infinity);
});
