import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createPortPool, REST_MS } from "./port-pool.ts";

const firstOfAll = () => 0;

test("gives each even port that has an odd neighbour in the range, once", () => {
  const pool = createPortPool(5001, 5008, createManualClock(), (limit) => limit - 1);
  const taken = [pool.take(), pool.take(), pool.take()];

  assert.equal(pool.size, 3);
  assert.deepEqual(new Set(taken), new Set([5002, 5004, 5006]));
  assert.equal(pool.take(), undefined);
});

test("any free port may be the next one, as chance has it", () => {
  const order = [2, 0, 1];
  const pool = createPortPool(5000, 5005, createManualClock(), (limit) => (order.shift() ?? 0) % limit);

  assert.deepEqual([pool.take(), pool.take(), pool.take()], [5004, 5000, 5002]);
});

test("a returned port rests a minute, unless no other is left", () => {
  const clock = createManualClock();
  const pool = createPortPool(5000, 5005, clock, firstOfAll);
  assert.equal(pool.take(), 5000);
  pool.release(5000);
  clock.advance(REST_MS - 1);

  assert.deepEqual(new Set([pool.take(), pool.take()]), new Set([5002, 5004]));
  assert.deepEqual([pool.take(), pool.take()], [5000, undefined]);
});

test("a port that has rested is free like any other", () => {
  const clock = createManualClock();
  const pool = createPortPool(5000, 5003, clock, (limit) => limit - 1);
  assert.equal(pool.take(), 5002);
  pool.release(5002);
  clock.advance(REST_MS);

  assert.equal(pool.take(), 5002);
});

test("pairs that are taken are told from those that are free or rest", () => {
  const pool = createPortPool(5000, 5005, createManualClock(), firstOfAll);
  const ports = [pool.take(), pool.take()];
  pool.release(ports[0] ?? 0);

  assert.equal(pool.taken(), 1);
});

test("a range without a pair has none", () => {
  assert.equal(createPortPool(5001, 5002, createManualClock(), firstOfAll).take(), undefined);
});
