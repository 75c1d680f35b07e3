import assert from "node:assert/strict";
import { test } from "node:test";
import { weightedOrder } from "./weighted-order.ts";

test("choices of weight 0 come last among those of their priority, before those of the next", () => {
  const choices = [
    { name: "next", priority: 2, weight: 9 },
    { name: "zero", priority: 1, weight: 0 },
    { name: "some", priority: 1, weight: 1 },
    { name: "zero too", priority: 1, weight: 0 },
  ];

  const names = weightedOrder(choices, () => 0.5).map(({ name }) => name);

  assert.deepEqual([names[0], names.slice(1, 3).toSorted(), names[3]], ["some", ["zero", "zero too"], "next"]);
});
