import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { visible } from "./visible.ts";

describe("what a function prints, on a terminal", () => {
  for (const [what, text, shown] of [
    ["plain text and tabs stay", "a\tb é 漢", "a\tb é 漢"],
    ["colours stay", "\u001b[1;31mred\u001b[0m", "\u001b[1;31mred\u001b[0m"],
    ["the screen is not cleared", "\u001b[2Jx", "␛[2Jx"],
    ["the title is not set", "\u001b]0;t\u0007", "␛]0;t␇"],
    ["NUL, carriage return and delete are seen", "\0\r\u007f", "␀␍␡"],
    ["the 8 bit forms of sequences are seen", "\u009b2J", "\ufffd2J"],
  ] as const) {
    it(what, () => assert.equal(visible(text), shown));
  }
});
