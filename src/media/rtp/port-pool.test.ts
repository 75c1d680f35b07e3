import assert from "node:assert/strict";
import { test } from "node:test";
import { createPortPool } from "./port-pool.ts";

test("gives each even port that has an odd neighbour in the range, once", () => {
  const pool = createPortPool(5001, 5008, () => 0.5);
  const taken = [pool.take(), pool.take(), pool.take()];

  assert.equal(pool.size, 3);
  assert.deepEqual(new Set(taken), new Set([5002, 5004, 5006]));
  assert.equal(pool.take(), undefined);
});

test("gives a returned port last", () => {
  const pool = createPortPool(5000, 5005, () => 0);
  assert.equal(pool.take(), 5000);
  pool.release(5000);

  assert.deepEqual([pool.take(), pool.take(), pool.take(), pool.take()], [5002, 5004, 5000, undefined]);
});

test("a range without a pair has none", () => {
  assert.equal(createPortPool(5001, 5002, () => 0).take(), undefined);
});
