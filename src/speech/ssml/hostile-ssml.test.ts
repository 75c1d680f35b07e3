import assert from "node:assert/strict";
import { createHostileTexts } from "../../testing/internal/hostile-texts.ts";
import { fuzzTest } from "../../testing/internal/fuzz.ts";
import { AppError } from "../../kernel/index.ts";
import { english } from "../english/english.ts";
import { parseSsml } from "./parse-ssml.ts";
import { toSpeechParts } from "./to-speech-parts.ts";

const originals = [
  "<speak>Hello <break time='1.5s'/> <prosody rate='slow' volume='+3dB' pitch='-10%'>a &amp; b</prosody></speak>",
  "<speak><p><s>One</s></p><say-as interpret-as='date' format='mdy'>12/31/2024</say-as><![CDATA[a < b]]></speak>",
  "<speak><say-as interpret-as='cardinal'>1234567</say-as><sub alias='x'>y</sub><phoneme ph='a'>b</phoneme></speak>",
  "<speak><voice name='Joanna'><amazon:effect name='whispered'>a</amazon:effect></voice><lang xml:lang='fr-FR'>b</lang></speak>",
];
const pieces = [
  "<",
  ">",
  "/>",
  "'",
  '"',
  "&",
  "&#x41;",
  "&lt;",
  "]]>",
  "<speak>",
  "</speak>",
  "<!--",
  "<?a?>",
  "9",
  ".",
];

fuzzTest("whatever text comes as SSML, it is spoken in parts that are finite, or refused with a code", 1_500, () => {
  return (random) => {
    const text = createHostileTexts(random, originals, pieces).next();
    try {
      for (const part of toSpeechParts(parseSsml(text), () => english)) {
        if (part.type === "pause") assert.ok(part.pauseMs >= 0 && part.pauseMs <= 10_000, text);
        else assert.ok([part.rate, part.pitch, part.volumeDb].every(Number.isFinite), text);
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  };
});
