import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createPatternMatcher } from "./pattern-matcher.ts";

const finds = createPatternMatcher();

const cases: readonly [pattern: string, text: string, found: boolean][] = [
  ["[0-9]", "123456", true],
  ["[1-2]", "42", true],
  ["[1-2]", "43", false],
  ["[0-1]$", "20", true],
  ["^\\d{4}$", "12345", false],
  ["^(?!900)\\d{3}$", "900", false],
  ["^(?!900)\\d{3}$", "901", true],
  ["^\\*\\d{1}$", "*7", true],
  ["^\\d{2}#$", "11#", true],
  ["^(.)\\1$", "44", true],
  ["^(.)\\1$", "45", false],
  ["^(?:0|1|2\\d{3})$", "2468", true],
  ["^(\\d{2})+$", "1234", true],
  ["^(\\d{2})+$", "123", false],
  ["^[*)+]$", "*", true],
  ["^(?=.*1)(?=.*2)\\d+$", "2221", true],
  ["^(?<=^)1(?<!2)$", "1", true],
  ["(?<first>1)\\k<first>", "11", true],
];

describe("patterns of functions (Contract: actions-pattern-search, actions-pattern-slow)", () => {
  for (const [pattern, text, found] of cases) {
    it(`${found ? "finds" : "does not find"} ${pattern} in ${text}`, () => {
      assert.equal(finds(pattern, text), found);
    });
  }

  for (const [pattern, text] of [
    ["^(\\d+)+$", `${"1".repeat(60)}#`],
    ["^(1|11)+$", `${"1".repeat(100)}#`],
    ["(1|11)".repeat(60) + "#", "1".repeat(100)],
    ["(1*)\\1*(1*)\\2*(1*)\\3*(1*)#", "1".repeat(128)],
    ["1*1*1*1*1*1*1*#", "1".repeat(128)],
    ["^(?=(\\d*)*#)(?!x).*2$", "1".repeat(60)],
    ["1?".repeat(120) + "1".repeat(120) + "#", "1".repeat(128)],
  ] as const) {
    it(`gives up ${pattern.slice(0, 30)} in ${text.length} keys, and then finds others as before`, () => {
      assert.equal(createPatternMatcher()("^(\\d+)+$", `${"1".repeat(60)}#`), "too-slow");
      assert.equal(finds(pattern, text), "too-slow");
      assert.equal(finds("^\\d{3}$", "123"), true);
    });
  }

  it("does not try a pattern again that was given up three times, even where it would be quick", () => {
    const matches = createPatternMatcher();
    const hostile = "^(\\d+)+$";

    assert.equal(matches(hostile, "12"), true);
    for (let time = 0; time < 3; time += 1) assert.equal(matches(hostile, `${"1".repeat(60)}#`), "too-slow");

    assert.equal(matches(hostile, "12"), "too-slow");
  });

  it("tries a pattern again that was given up once, when it was quick meanwhile", () => {
    const matches = createPatternMatcher();
    const hostile = "^(\\d+)+$";
    const slow = `${"1".repeat(60)}#`;
    for (let time = 0; time < 4; time += 1) {
      assert.equal(matches(hostile, slow), "too-slow");
      for (let quick = 0; quick < 10; quick += 1) assert.equal(matches(hostile, "12"), true);
    }
  });

  it("searches to the end what is slow in theory only, in the longest text of all", () => {
    const many = "(1|1)".repeat(8);
    for (const pattern of [
      "\\d*1\\d*#",
      "1{0,128}1{0,128}#",
      "(1|2)1*2*#",
      "(?!1*#)1*#",
      `${many}#`,
      "(1|2)(1|1)1*#",
    ]) {
      assert.equal(finds(pattern, "1".repeat(129)), false, pattern);
    }
  });

  it("counts a pattern that does not compile as too slow", () => {
    assert.equal(finds("(", "1"), "too-slow");
  });

  it("takes a pattern as data: code in it does nothing", () => {
    assert.equal(finds('"); process.exit(1); ("', "1"), "too-slow");
    assert.equal(finds("text", "text"), true);
  });
});
