import assert from "node:assert/strict";
import { test } from "node:test";
import { readDialled } from "./dialled.ts";

for (const [text, type, number] of [
  ["+12065550100", "full", "+12065550100"],
  ["12065550100", "full", "+12065550100"],
  ["911", "emergency", "911"],
  ["+911", "emergency", "911"],
  ["9-1-1", "emergency", "911"],
  ["112", "emergency", "112"],
  ["+1911", "emergency", "911"],
  ["+44112", "emergency", "112"],
  ["+353112", "emergency", "112"],
  ["1911", "short", "1911"],
  ["1001", "short", "1001"],
  ["+1001", "short", "1001"],
  ["5550111", "short", "5550111"],
] as const) {
  test(`dialling ${text} is a ${type} number`, () => {
    assert.deepEqual(readDialled(text, ["911", "112"]), { type, number });
  });
}

for (const text of ["", "1", "alice", "+", "1".repeat(16), "1".repeat(100_000), "+12065550100;x"]) {
  test(`dialling ${JSON.stringify(text.slice(0, 20))} is no number`, () => {
    assert.deepEqual(readDialled(text, []), { type: "none" });
  });
}
