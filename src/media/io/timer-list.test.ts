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

test("an alarm rings once for each setting, at the latest of the times that it was set to", () => {
  const { base, fired, list, run } = aList();
  const alarm = list.clock.createAlarm(() => fired.push("rung"));
  alarm.set(1);
  alarm.set(5);

  base.advance(1);
  assert.deepEqual([run(), list.size()], [false, 1]);
  base.advance(4);
  assert.deepEqual([run(), run(), list.size()], [true, false, 0]);
  alarm.set(2);
  base.advance(2);
  run();

  assert.deepEqual(
    fired.filter((what) => what === "rung"),
    ["rung", "rung"],
  );
});

test("an alarm that sets itself as it rings does so for the next run", () => {
  const { base, fired, list, run } = aList();
  const alarm = list.clock.createAlarm(() => {
    fired.push("rung");
    alarm.set(0);
  });
  alarm.set(0);

  run();
  base.advance(1);
  run();
  alarm.cancel();
  alarm.cancel();

  assert.deepEqual([run(), list.size(), list.dueMs()], [false, 0, Infinity]);
  assert.equal(fired.filter((what) => what === "rung").length, 2);
});

test("of many timers each that is cancelled is the one that does not run", () => {
  const { base, fired, list, run } = aList();
  const timers = [4, 1, 3, 2, 5].map((ms) => list.clock.startTimer(ms, () => fired.push(String(ms))));
  timers[0]?.cancel();
  timers[4]?.cancel();
  timers[1]?.cancel();
  base.advance(9);

  run();

  assert.deepEqual(fired.slice(5), ["2", "3"]);
});
