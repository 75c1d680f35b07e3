import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileSearch } from "./pattern-search.ts";

/** Whole numbers below `bound`, the same ones at each run. */
function randomNumbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

const simple = ["1", "2", "#", "\\*", "\\d", "\\D", ".", "[12]", "[^1]", "[0-2#]", "\\w", "\\x31", "[\\d*]", "{", "]"];
const places = ["^", "$", "\\b", "\\B"];
const openings = ["(", "(", "(?:", "(?=", "(?!", "(?<=", "(?<!"];
const times = ["", "", "*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?", "??", "{1,3}?", "{0}"];

function randomPattern(random: (bound: number) => number, depth: number): string {
  const pick = (words: readonly string[]) => words[random(words.length)] ?? "";
  const part = (): string => {
    const kind = random(12);
    if (kind < 4 && depth > 0) return `${pick(openings)}${randomPattern(random, depth - 1)})${pick(times)}`;
    if (kind === 4) return pick(places);
    return kind === 5 ? `\\${1 + random(3)}` : pick(simple) + pick(times);
  };
  const sequence = Array.from({ length: random(4) }, part).join("");
  return random(4) === 0 ? `${sequence}|${randomPattern(random, depth)}` : sequence;
}

describe("the search for a pattern", () => {
  it("finds what RegExp finds, in thousands of small patterns with groups, looks around and references back", () => {
    const random = randomNumbers(11);
    let compared = 0;
    for (let count = 0; count < 5_000; count += 1) {
      const pattern = randomPattern(random, 3);
      const text = Array.from({ length: random(7) }, () => "1120#*"[random(6)]).join("");
      let native: RegExp;
      try {
        native = new RegExp(pattern);
      } catch {
        continue;
      }
      assert.equal(compileSearch(pattern)(text), native.test(text), `${pattern} in ${JSON.stringify(text)}`);
      compared += 1;
    }
    assert.ok(compared > 3_000, `${compared} of them compile`);
  });

  for (const [pattern, text] of [
    ["1?".repeat(120) + "1".repeat(120) + "#", "1".repeat(128)],
    ["(?:(?:(?:){1000}){1000}){1000}", ""],
    ["(?=(1*))".repeat(100) + "\\1#", "1".repeat(128)],
  ] as const) {
    it(`gives up ${pattern.slice(0, 30)}, which the engine's own compiler or a search without a limit would not`, () => {
      assert.equal(compileSearch(pattern)(text), undefined);
    });
  }

  it("throws for what is no regular expression", () => {
    assert.throws(() => compileSearch("("), /Unterminated group/);
  });
});
