import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toFliteParts } from "./flite/flite-engine.ts";
import { foreignScripts } from "./ssml/foreign-scripts.ts";

function partsOf(text: string, warnings: string[] = []) {
  const textType = text.startsWith("<speak") ? "ssml" : "text";
  const request = { text, textType, voiceId: "Joanna", languageCode: undefined, engine: "standard" } as const;
  return toFliteParts(request, (what) => void warnings.push(what));
}

describe("a text of which no voice can say anything", () => {
  for (const [text, names] of [
    ["您好，请按一", /Han only/],
    ["こんにちは", /Hiragana only/],
    ["안녕하세요", /Hangul only/],
    ["Здравствуйте", /Cyrillic only/],
    ["Καλημέρα!", /Greek only/],
    ["مرحبا", /Arabic only/],
    ["ᏣᎳᎩ", /letters of another script only/],
    ["१२३", /Devanagari only/],
    ["٣ 😀", /Arabic, emoji only/],
    ["<speak>您好</speak>", /Han only/],
    ['<speak>您好<break time="1s"/></speak>', /Han only/],
    ['<speak><prosody rate="slow">Привет</prosody></speak>', /Cyrillic only/],
  ] as const) {
    it(`fails: ${text}`, () => assert.throws(() => partsOf(text), { code: "SPEECH_UNSPEAKABLE", message: names }));
  }

  for (const [text, said] of [
    ["Hello 您好", "Hello"],
    ["1 您好", "1"],
    ["Żółć, café", "Zolc, cafe"],
    ["$5 😀", "$5"],
    ["½ ①", "one half 1"],
  ] as const) {
    it(`is none when there is more in it: ${text}`, () => {
      const [part] = partsOf(text);
      assert.equal(part?.type === "words" && part.text, said);
    });
  }

  for (const text of [
    " ",
    ".",
    "...",
    "!?",
    " — “” …",
    "😀 🎉",
    "👩‍👧 ☎️ !",
    "\u200b\u00ad",
    "()",
    "<speak></speak>",
    "<speak/>",
  ]) {
    it(`is silence, as of Polly, when nothing in it is words: ${JSON.stringify(text)}`, () => {
      assert.deepEqual(partsOf(text), []);
    });
  }

  for (const text of ['<speak><break time="1s"/></speak>', '<speak>... <break time="1s"/> 😀</speak>']) {
    it(`is silence as long as was asked for: ${text}`, () => {
      assert.deepEqual(partsOf(text), [{ type: "pause", pauseMs: 1_000 }]);
    });
  }
});

it("scripts that are left out of a text are warned of", () => {
  const warnings: string[] = [];
  partsOf("Hello 您好 😀", warnings);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? "", /^A text has Han, emoji, which Flite does not speak/);
  assert.deepEqual(foreignScripts("Plain text, 1 & 2 © café № ½"), []);
});
