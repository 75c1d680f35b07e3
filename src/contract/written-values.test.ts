import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isAbsent, readInteger, readText } from "./written-values.ts";

// Contract: leniency-numbers-as-strings, leniency-texts-as-numbers, leniency-truth-as-words
describe("parameters of the wrong JSON type", () => {
  it("reads whole numbers, also as text", () => {
    for (const [sent, read] of [
      [0, 0],
      [2.0, 2],
      ["10", 10],
      [" 7 ", 7],
      ["-3", -3],
      ["2.0", 2],
      ["2.", 2],
    ] as const) {
      assert.equal(readInteger(sent), read, JSON.stringify(sent));
    }
  });

  it("reads nothing else as a whole number", () => {
    for (const sent of [
      1.5,
      "1.5",
      "",
      " ",
      "1e3",
      "0x10",
      "1,000",
      "9".repeat(20),
      2 ** 60,
      true,
      null,
      undefined,
      [1],
      {},
    ]) {
      assert.equal(readInteger(sent), undefined, JSON.stringify(sent));
    }
  });

  it("reads a number as text, but neither objects nor booleans", () => {
    assert.deepEqual(
      [readText("a"), readText(7), readText({}), readText(true), readText(null)],
      ["a", "7", undefined, undefined, undefined],
    );
  });

  it("counts undefined, null and an empty string as not sent, and zero and false as sent", () => {
    assert.deepEqual([undefined, null, "", 0, false, " "].map(isAbsent), [true, true, true, false, false, false]);
  });
});
