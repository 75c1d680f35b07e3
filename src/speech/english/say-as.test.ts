import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cardinalWords, ordinalWords, yearWords } from "./number-words.ts";
import { hasWords, toSpeakableAscii } from "./plain-text.ts";
import { sayAs } from "./say-as.ts";

describe("say-as", () => {
  const cases: [kind: string, text: string, format: string | undefined, expected: string][] = [
    ["digits", "90 21", undefined, "nine zero, two one"],
    ["spell-out", "Ab1", undefined, "ay bee one"],
    ["characters", "x-2", undefined, "ex dash two"],
    ["telephone", "+1 (206) 555-0100", undefined, "plus one, two zero six, five five five, zero one zero zero"],
    ["cardinal", "1,205 and 0", undefined, "one thousand two hundred five and zero"],
    ["ordinal", "3rd, 12 and 40", undefined, "third, twelfth and fortieth"],
    ["date", "12/25/2026", "mdy", "December twenty fifth, twenty twenty six"],
    ["date", "25.12.1905", "dmy", "December twenty fifth, nineteen oh five"],
    ["date", "2005-03-01", undefined, "March first, two thousand five"],
    ["date", "20260102", undefined, "January second, twenty twenty six"],
    ["date", "????0922", undefined, "September twenty second"],
    ["date", "5-1900", "my", "May, nineteen hundred"],
    ["date", "tomorrow", "mdy", "tomorrow"],
    ["date", "July 4, 2025", undefined, "July fourth, twenty twenty five"],
    ["date", "2025-12-25", "", "December twenty fifth, twenty twenty five"],
    ["date", "25/12/2025", "dd/mm/yyyy", "December twenty fifth, twenty twenty five"],
    ["date", "Dec 31, 2025", "mdy", "December thirty first, twenty twenty five"],
    ["date", "31/12/25", "dmy", "December thirty first, twenty twenty five"],
    ["date", "1/2/99", "mdy", "January second, nineteen ninety nine"],
    ["date", "20251231", "yyyymmdd", "December thirty first, twenty twenty five"],
    ["date", "31st", "d", "thirty first"],
    ["date", "13/45/2025", "mdy", "13/45/2025"],
    ["date", "12/toString/2025", "mdy", "12/toString/2025"],
    [
      "cardinal",
      "-12, +3 and 1,200.50",
      undefined,
      "minus twelve, plus three and one thousand two hundred point five zero",
    ],
    ["ordinal", "1, 2 and 1,000", undefined, "first, second and one thousandth"],
    ["cardinal", "A4", undefined, "A4"],
    ["cardinal", "1e5 and 5kg", undefined, "1e5 and 5kg"],
    ["fraction", "2/9", undefined, "two ninths"],
    ["fraction", "1 1/2", undefined, "one and one half"],
    ["fraction", "3 + 1 / 2", undefined, "three and one half"],
    ["fraction", "1 2", undefined, "1 2"],
    ["fraction", "3+1/2", undefined, "three and one half"],
    ["telephone", "(212) 224-1555 x12", undefined, "two one two, two two four, one five five five, extension one two"],
    ["telephone", "*67", undefined, "* six seven"],
    ["telephone", "555-0100#42", undefined, "five five five, zero one zero zero # four two"],
    ["telephone", "1-800-FLOWERS", undefined, "one, eight zero zero, FLOWERS"],
    ["time", "1'21\"", undefined, "one minute twenty one seconds"],
    ["time", '45"', undefined, "forty five seconds"],
    ["time", "2:30pm", undefined, "two thirty pee em"],
    ["time", "9 a.m.", undefined, "nine ay em"],
    ["time", "14:05", "hms24", "fourteen oh five"],
    ["time", "12:00", undefined, "twelve o'clock"],
    ["time", "7:00 PM", "hms12", "seven pee em"],
    ["time", "25:99", undefined, "25:99"],
    ["time", "noon", undefined, "noon"],
    ["expletive", "darn", undefined, "beep"],
    ["unit", "3ft", undefined, "3ft"],
  ];
  for (const [kind, text, format, expected] of cases) {
    it(`reads "${text}" as ${kind}: ${expected}`, () => assert.equal(sayAs(text, kind, format), expected));
  }
});

describe("numbers in words", () => {
  it("reads whole numbers of every length", () => {
    assert.equal(cardinalWords("000"), "zero");
    assert.equal(cardinalWords("110"), "one hundred ten");
    assert.equal(cardinalWords("1000001"), "one million one");
    assert.equal(cardinalWords("999999999999999").startsWith("nine hundred ninety nine trillion"), true);
    assert.equal(cardinalWords("1234567890123456").split(" ").length, 16);
    assert.equal(ordinalWords("101"), "one hundred first");
    assert.equal(ordinalWords("0"), "zeroth");
    assert.match(ordinalWords("1234567890123452"), /^one two three .* five second$/);
    assert.equal(yearWords("2000"), "two thousand");
    assert.equal(yearWords("1066"), "ten sixty six");
  });
});

describe("plain text", () => {
  const cases: [text: string, expected: string][] = [
    ["Tom & Jerry", "Tom and Jerry"],
    ["a < b > c", "a less than b greater than c"],
    ["press # or *", "press pound or star"],
    ["order #42", "order number 42"],
    ["café, naïve, Straße", "cafe, naive, Strasse"],
    ["it\u2019s \u201cfine\u201d \u2014 really\u2026", 'it\'s "fine" , really...'],
    ["€5 and £3.50", "5 euros and 3.50 pounds"],
    ["one\r\n\ttwo\u00a0three\u0000", "one two three"],
    ["日本語", ""],
    ["", ""],
  ];
  for (const [text, expected] of cases) {
    it(`makes ${JSON.stringify(text)} speakable`, () => assert.equal(toSpeakableAscii(text), expected));
  }

  it("leaves nothing but printable ASCII of any text", () => {
    for (let code = 0; code < 0x3000; code++) {
      assert.match(toSpeakableAscii(`a${String.fromCodePoint(code)}b`), /^[\x20-\x7e]*$/, code.toString(16));
    }
  });

  it("knows when there is nothing to say", () => {
    assert.deepEqual(["...", "- -", "", "a", "5%"].map(hasWords), [false, false, false, true, true]);
  });
});
