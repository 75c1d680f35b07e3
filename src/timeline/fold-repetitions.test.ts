import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { foldRepetitions } from "./fold-repetitions.ts";

/** Letters as items: `(2x3)` stands for two of them that came three times more. */
function fold(letters: string): string {
  return foldRepetitions([...letters], (letter) => letter.toLowerCase())
    .map((one) => (typeof one === "string" ? one : `(${one.again.items}x${one.again.times} ${one.again.last})`))
    .join("");
}

describe("what comes again and again", () => {
  for (const [what, letters, folded] of [
    ["stays where it comes three times", "aaabcbcbc", "aaabcbcbc"],
    ["is told once, and how often it came then", "xaaaaay", "xa(1x4 a)y"],
    ["may be several items, the last of which is known", "xabcabcabcabCaby", "xabc(3x3 C)aby"],
    ["may begin within what came before", "ababababac", "ab(2x3 b)ac"],
    ["may come twice", "aaaabbbb", "a(1x3 a)b(1x3 b)"],
    ["is nothing of nothing", "", ""],
  ] as const) {
    it(what, () => assert.equal(fold(letters), folded));
  }

  it("takes time in proportion to what is looked at, whatever comes", () => {
    const almost = "abcdefghijklmnopqrstuvwxyz".split("").flatMap((letter) => [letter, letter, letter]);
    const items = Array.from({ length: 100_000 }, (_, at) => almost[at % almost.length] ?? "");
    let asked = 0;
    const folded = foldRepetitions(items, (item) => {
      asked += 1;
      return item;
    });
    assert.equal(asked, items.length);
    assert.equal(folded.length, items.length);
  });
});
