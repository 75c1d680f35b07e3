import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { othersBetween } from "../../bench/machine.ts";
import { createWindows, stolenBetween, timesIn, type ProcessorTimes } from "../../bench/windows.ts";

/** A machine on which the hypervisor takes these shares of the windows, in turn. */
function machine(shares: readonly number[]): () => ProcessorTimes {
  const times = { stolen: 0, idle: 0, interrupts: 0, total: 0 };
  let readings = 0;
  return () => {
    if (readings++ % 2 === 1) {
      times.stolen += 1_000 * (shares[(readings - 2) / 2] ?? 0);
      times.total += 1_000;
    }
    return { ...times };
  };
}

test("a window of which the hypervisor took over 1 % is measured again and counted", async () => {
  const windows = createWindows(machine([0.02, 0.011, 0.01]));
  let runs = 0;
  equal(await windows.calm(async () => ++runs), 3);
  deepEqual(windows.counts(), { measured: 3, thrownAway: 2, keptStolen: 0, mostStolen: 0.01 });
});

test("on a machine that is always robbed a window is kept after four tries, and counted as such", async () => {
  const windows = createWindows(machine([0.5, 0.5, 0.5, 0.5, 0.5]));
  let runs = 0;
  await windows.calm(async () => ++runs);
  equal(runs, 4);
  deepEqual(windows.counts(), { measured: 4, thrownAway: 3, keptStolen: 1, mostStolen: 0.5 });
});

test("where the system does not tell, every window is kept", async () => {
  const windows = createWindows(() => undefined);
  let runs = 0;
  await windows.calm(async () => ++runs);
  equal(runs, 1);
});

test("the times of /proc/stat are those of all processors, guests not counted twice", () => {
  const text = "cpu  100 10 50 800 20 1 9 10 40 4\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 5\n";
  deepEqual(timesIn(text), { stolen: 10, idle: 820, interrupts: 10, total: 1_000 });
});

test("no time between two readings is no theft", () => {
  const times = { stolen: 5, idle: 0, interrupts: 0, total: 10 };
  equal(stolenBetween(times, times), 0);
});

test("others are who was busy besides us; what the kernel did for packets on their way is nobody's", () => {
  const before = { times: { stolen: 0, idle: 0, interrupts: 0, total: 0 }, own: 0 };
  const times = { stolen: 10, idle: 400, interrupts: 130, total: 1_000 };
  equal(othersBetween(before, { times, own: 460 }), 0);
  equal(othersBetween(before, { times, own: 360 }), 0.1);
  equal(othersBetween(before, { times, own: undefined }), undefined);
});
