import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { growthOf } from "../../bench/soak/growth.ts";

test("growth is from the second quarter to the last: the first warms up", () => {
  const { second, fourth, growth } = growthOf([10, 50, 100, 100, 105, 105, 110, 110]);
  equal(second, 100);
  equal(fourth, 110);
  ok(Math.abs(growth - 0.1) < 1e-9);
});

test("a single look shows no growth", () => {
  equal(growthOf([100]).growth, 0);
});
