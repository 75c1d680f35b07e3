import assert from "node:assert/strict";
import { test } from "node:test";
import { kaiserWindow } from "./kaiser-window.ts";

test("Kaiser's window is the modified Bessel function of order 0 in its middle, as tables have it", () => {
  const table: readonly (readonly [beta: number, value: number])[] = [
    [0, 1],
    [1, 1.2660658777520084],
    [5, 27.239871823604442],
    [10, 2815.716628466254],
  ];

  for (const [beta, value] of table) {
    assert.ok(Math.abs(kaiserWindow(beta, 0) / value - 1) < 1e-11, `${beta}: ${kaiserWindow(beta, 0)}`);
  }
});

test("Kaiser's window is the same on both sides, falls from its middle on, and is 1 at its ends and beyond", () => {
  const right = Array.from({ length: 11 }, (_, index) => kaiserWindow(6.76, index / 10));

  assert.deepEqual(
    right,
    right.map((_, index) => kaiserWindow(6.76, -index / 10)),
  );
  assert.ok(right.every((value, index) => index === 0 || value < (right[index - 1] ?? 0)));
  assert.deepEqual([right[10], kaiserWindow(6.76, 1.0001), kaiserWindow(6.76, -3)], [1, 1, 1]);
});
