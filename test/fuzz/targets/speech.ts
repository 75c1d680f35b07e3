import assert from "node:assert/strict";
import { AppError } from "../../../src/kernel/index.ts";
import { splitText } from "../../../src/speech/threads/split-text.ts";
import { english } from "../../../src/speech/english/english.ts";
import { parseSsml } from "../../../src/speech/ssml/parse-ssml.ts";
import { toSpeechParts } from "../../../src/speech/ssml/to-speech-parts.ts";
import { toSpeakableAscii } from "../../../src/speech/english/plain-text.ts";
import { sayAs } from "../../../src/speech/english/say-as.ts";
import { lenient, type FuzzTarget } from "../target.ts";

/** Longest text of the contract, and what is spoken of one. */
const longestText = 6_000;

export const speech: readonly FuzzTarget[] = [
  {
    name: "ssml",
    mostBytes: 30_000,
    seeds: [
      "<speak>Hello <break time='1.5s'/> <prosody rate='slow' volume='+3dB' pitch='-10%'>a &amp; b</prosody></speak>",
      "<speak><p><s>One</s></p><say-as interpret-as='date' format='mdy'>12/31/2024</say-as><![CDATA[a < b]]></speak>",
      "<speak><say-as interpret-as='cardinal'>1234567</say-as><sub alias='x'>y</sub><phoneme ph='a'>b</phoneme></speak>",
      "<speak><voice name='Joanna'><amazon:effect name='whispered'>a</amazon:effect></voice><lang xml:lang='fr-FR'>b</lang></speak>",
    ],
    words: [
      ...[
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
        "-->",
        "<?a?>",
        "<!DOCTYPE",
        "<s>",
        "</s>",
      ],
      ...[
        "<p>",
        "</p>",
        "<break time='",
        "<prosody rate='",
        "volume='",
        "pitch='",
        "<say-as interpret-as='",
        "digits",
        "telephone",
        "ordinal",
      ],
      ...[
        "x-slow",
        "+10%",
        "-50dB",
        "10s",
        "1e9",
        "99999999999",
        ".",
        "<w role='amazon:VB'>",
        "<mark name='a'/>",
        "<amazon:domain name='news'>",
      ],
    ],
    take(bytes) {
      const text = bytes.toString("utf8");
      lenient(
        (error) => error instanceof AppError,
        () => {
          for (const part of toSpeechParts(parseSsml(text), () => english)) {
            if (part.type === "pause") assert.ok(part.pauseMs >= 0 && part.pauseMs <= 10_000);
            else assert.ok([part.rate, part.pitch, part.volumeDb].every(Number.isFinite));
          }
        },
      );
    },
  },
  {
    name: "spoken-text",
    mostBytes: longestText,
    seeds: [
      "Call +1 (206) 555-0100 at 9:30 a.m. It costs €12.50, or £3.",
      "12/31/2024",
      "3'7\" 1st 22nd 1/2 #5 100%",
      "No. 5. Yes; it is, and then so.",
    ],
    words: [
      "€",
      "$1",
      "1,000",
      ".",
      ",",
      "; ",
      " and ",
      "1/2",
      "2024-02-30",
      "st",
      "'",
      "\xc3\xa9",
      "\xf0\x9f\x98\x80",
      "0",
      "-",
      ":",
    ],
    take(bytes) {
      const text = bytes.toString("utf8");
      const spoken = toSpeakableAscii(text);
      // oxlint-disable-next-line no-control-regex
      assert.match(spoken, /^[\x00-\x7f]*$/);
      for (const kind of [
        "digits",
        "telephone",
        "cardinal",
        "ordinal",
        "date",
        "time",
        "fraction",
        "unit",
        "characters",
      ])
        sayAs(text, kind, kind === "date" ? "dmy" : undefined);
      const pieces = splitText(spoken);
      assert.ok(pieces.reduce((sum, piece) => sum + piece.length, 0) <= 2 * spoken.length);
    },
  },
];
