import assert from "node:assert/strict";
import { test } from "node:test";
import { assertLinear } from "./growth.ts";

const make = (bytes: number) => " ".repeat(bytes);

test("the measure refuses a reader whose cost grows with the square of the length, and takes one whose cost does not", () => {
  const slow = /^\s*\s*x/;

  assert.throws(
    () => assertLinear("slow", make, (text) => void slow.test(text), 20_000),
    /slow: 100 times the length costs/,
  );
  assertLinear("quick", make, (text) => void text.trim());
});
