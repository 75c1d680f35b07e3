import assert from "node:assert/strict";
import { test } from "node:test";
import { createWorkerLoad } from "./worker-load.ts";

test("the load is that of the middle one of the last five reports, and nothing before there are five", () => {
  const load = createWorkerLoad();
  for (const lateMs of [1, 900, 2, 3]) load.report(lateMs, 0.5, 10);
  assert.deepEqual(load.latest(), { lateMs: 0, share: 0 });

  load.report(4, 0.6, 10);

  assert.deepEqual(load.latest(), { lateMs: 3, share: 0.5 });
});

test("where the system does not tell processor time, a late worker counts as busy", () => {
  const load = createWorkerLoad();
  for (const lateMs of [0, 7, 7, 7, 0]) load.report(lateMs, undefined, 10);

  assert.deepEqual(load.latest(), { lateMs: 7, share: 1 });
});

test("sessions that came since the last report count as usual legs, and those that went as well", () => {
  const load = createWorkerLoad();
  load.report(0, 0.2, 10);

  assert.equal(load.expectedShare(10), 0.2);
  assert.equal(load.expectedShare(60).toFixed(3), "0.250");
  assert.equal(load.expectedShare(0).toFixed(3), "0.190");
});

test("once the last session has ended, nothing is left of an overload", () => {
  const load = createWorkerLoad();
  for (let count = 0; count < 5; count++) load.report(50, 0.99, 2_000);

  load.clear();

  assert.deepEqual(load.latest(), { lateMs: 0, share: 0 });
  assert.equal(load.expectedShare(0), 0);
});
