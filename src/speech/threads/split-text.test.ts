import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { splitText } from "./split-text.ts";

const filler = "This goes on for a while so that the whole of it is no short text any more, which it must be to be cut";

describe("a long text", () => {
  it("is cut behind its sentences", () => {
    const text = `Welcome to the office of the north. ${filler}! Is that so, or is it not so at all, one may ask? Good.`;
    assert.deepEqual(splitText(text), [
      "Welcome to the office of the north.",
      `${filler}!`,
      "Is that so, or is it not so at all, one may ask?",
      "Good.",
    ]);
  });

  for (const [what, words] of [
    ["a title", "please ask at the desk for our good Dr. Smith"],
    ["an initial", "please ask at the desk for our good John F. Smith"],
    ["a number with a point", "it is a price of some 12.50 dollars in total and"],
    ["a time", "please be at the desk for it at 10 a.m. on Monday"],
  ] as const) {
    it(`is not cut at ${what}`, () => {
      const text = `${words} ${filler}. ${filler}.`;
      assert.equal(splitText(text, false)[0], `${words} ${filler}.`);
    });
  }

  it("of one sentence is cut at a comma, else between words, so that no piece is long", () => {
    for (const text of ["a bit more, ".repeat(80).trim(), "word ".repeat(200).trim()]) {
      const pieces = splitText(text);
      assert.equal(pieces.join(" "), text);
      assert.ok(pieces.every((piece) => piece.length <= 245));
    }
    assert.match(splitText("a bit more, ".repeat(80))[0] ?? "", /,$/);
  });

  it("of digits or without blanks is cut sooner, since those take longer to say", () => {
    for (const text of ["1234567890".repeat(100), "$1,234,567.89 ".repeat(70).trim(), "x".repeat(1_000)]) {
      const pieces = splitText(text);
      assert.equal(pieces.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
      assert.ok((pieces[0]?.replaceAll(/\D/g, "").length ?? 0) <= 60);
      assert.ok(pieces.every((piece) => piece.length <= 245));
    }
  });

  it("has no word that takes Flite long, nor has a short one", () => {
    assert.deepEqual(splitText("y".repeat(70)), [`${"y".repeat(60)} ${"y".repeat(10)}`]);
  });

  it("loses nothing, however it is written", () => {
    const signs = ["a", "Bc", "d.", "e,", "F!", "Dr.", '"g."', "1."];
    for (let seed = 1; seed < 300; seed++) {
      const text = Array.from({ length: 150 }, (_, at) => signs[(seed * (at + 7) ** 2) % signs.length]).join(" ");
      assert.equal(splitText(text).join(" "), text);
    }
  });

  for (const [where, first, rest] of [
    ["behind a sentence", "Hello.", `Please hold the line ${filler}`],
    ["behind a clause", "Please hold the line, we are coming,", `as soon as anybody has time ${filler}`],
    ["before a clause", "Please hold the line for some", `and we come ${filler}`],
    ["before a phrase", "All people here have their hands full", `with calls ${filler}`],
    [
      "between words",
      "one two three four five six seven eight nine ten eleven",
      `twelve ${"thirteen ".repeat(9).trim()}`,
    ],
  ] as const) {
    it(`begins with a short piece, cut ${where}`, () => {
      assert.equal(splitText(`${first} ${rest}`)[0], first);
      assert.ok((splitText(`${first} ${rest}`, false)[0]?.length ?? 0) > 80, "only where nothing is spoken before");
    });
  }

  it("whose pieces grow, since what follows has the time of what is heard", () => {
    const lengths = splitText("word ".repeat(200).trim()).map((piece) => piece.length);
    assert.deepEqual(lengths.slice(0, 3), [59, 119, 239]);
  });

  it("in Chinese is cut behind its signs, sooner, since each character is a syllable", () => {
    const sentence = "欢迎致电北方公司，所有坐席目前都在忙碌中。";
    const pieces = splitText(sentence.repeat(6));

    assert.equal(pieces.join("").replaceAll(" ", ""), sentence.repeat(6));
    assert.match(pieces[0] ?? "", /^欢迎致电北方公司，$/);
    assert.ok(
      pieces.every((piece) => piece.length <= 62 && /[，。]$/.test(piece)),
      pieces.join("|"),
    );
    assert.ok(splitText("您好".repeat(500)).every((piece) => piece.length <= 64));
  });

  it("that is short stays whole", () => assert.deepEqual(splitText("One. Two. Three."), ["One. Two. Three."]));
});
