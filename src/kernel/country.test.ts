import assert from "node:assert/strict";
import { test } from "node:test";
import { countryOf, isTollFree } from "./country.ts";

test("a number tells its country, also where several share a code", () => {
  const numbers = [
    "+12065550100",
    "+14165550100",
    "+18765550100",
    "+442079460000",
    "+33142685300",
    "+999123456",
    "+1206",
  ];

  assert.deepEqual(numbers.map(countryOf), ["US", "CA", "JM", "GB", "FR", undefined, undefined]);
});

test("toll-free numbers are those of the North American plan", () => {
  assert.deepEqual(["+18005550100", "+18995550100", "+12065550100", "+448005550100"].map(isTollFree), [
    true,
    false,
    false,
    false,
  ]);
});
