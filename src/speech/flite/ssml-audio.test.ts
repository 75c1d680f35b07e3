import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toPieces } from "../threads/speech-pieces.ts";
import { toFliteParts } from "./flite-engine.ts";
import { loadFlite } from "./flite-speaker.ts";
import { ownPauseMs } from "./flite-voices.ts";

const { speak } = await loadFlite();

/** The audio of the content of a `speak` element. */
function say(inner: string): Int16Array {
  const request = { textType: "ssml", voiceId: "Joanna", languageCode: undefined, engine: "standard" } as const;
  const pieces = toPieces(
    toFliteParts({ ...request, text: `<speak>${inner}</speak>` }, () => undefined),
    ({ voice }) => ownPauseMs[voice.name],
  );
  return Int16Array.from(pieces.flatMap((piece) => [...speak(piece).samples]));
}

function durationMs(inner: string): number {
  return say(inner).length / 8;
}

/** Root mean square of the samples that are not silence, dB. */
function levelDb(inner: string): number {
  const spoken = say(inner).filter((sample) => sample !== 0);
  return 10 * Math.log10(spoken.reduce((sum, sample) => sum + sample ** 2, 0) / spoken.length);
}

const plain = "Please hold";

describe("SSML as it is heard", () => {
  for (const [element, pauseMs] of [
    ['<break time="700ms"/>', 700],
    ['<break time="1.5s"/>', 1_500],
    ['<break strength="weak"/>', 200],
    ["<break/>", 250],
    ['<break strength="strong"/>', 450],
    ['<break strength="x-strong"/>', 800],
  ] as const) {
    it(`pauses ${pauseMs} ms for ${element}`, () => {
      assert.equal(durationMs(`${plain}${element}${plain}`), 2 * durationMs(plain) + pauseMs);
    });
  }

  it("pauses between paragraphs, and between sentences as the voice does", () => {
    const [one, two] = ["One is here.", "Two is there."];

    assert.equal(durationMs(`<p>${one}</p><p>${two}</p>`), durationMs(one) + 450 + durationMs(two));
    assert.deepEqual(say(`<s>${one}</s><s>${two}</s>`), say(`${one} ${two}`));
  });

  for (const [rate, factor] of [
    ["x-slow", 0.5],
    ["slow", 0.75],
    ["fast", 1.3],
    ["x-fast", 1.7],
    ["80%", 0.8],
    ["+50%", 1.5],
  ] as const) {
    it(`speaks ${factor} times as fast at a rate of ${rate}`, () => {
      const ratio = durationMs(plain) / durationMs(`<prosody rate="${rate}">${plain}</prosody>`);
      assert.ok(Math.abs(ratio / factor - 1) < 0.1, `${ratio}`);
    });
  }

  for (const [volume, changeDb] of [
    ["x-soft", -12],
    ["soft", -6],
    ["loud", 4],
    ["x-loud", 8],
    ["-6dB", -6],
    ["+3dB", 3],
  ] as const) {
    it(`speaks ${changeDb} dB louder at a volume of ${volume}`, () => {
      const change = levelDb(`<prosody volume="${volume}">${plain}</prosody>`) - levelDb(plain);
      assert.ok(Math.abs(change - changeDb) < 0.7, `${change} dB`);
    });
  }

  it("is silent for as long as the words at the volume silent", () => {
    const silent = say(`<prosody volume="silent">${plain}</prosody>`);

    assert.ok(silent.every((sample) => sample === 0));
    assert.equal(silent.length, say(plain).length);
  });

  it("emphasizes by slower and louder words, and the reverse", () => {
    for (const [level, sign] of [
      ["strong", 1],
      ["reduced", -1],
    ] as const) {
      const inner = `<emphasis level="${level}">${plain}</emphasis>`;
      assert.ok(sign * (durationMs(inner) - durationMs(plain)) > 20, level);
      assert.ok(sign * (levelDb(inner) - levelDb(plain)) > 1, level);
    }
  });

  for (const [inner, words] of [
    ['<say-as interpret-as="digits">12</say-as>', "one two"],
    ['<say-as interpret-as="characters">ab</say-as>', "ay bee"],
    ['<say-as interpret-as="cardinal">12</say-as>', "twelve"],
    ['<say-as interpret-as="ordinal">12</say-as>', "twelfth"],
    ['<say-as interpret-as="date" format="md">3/1</say-as>', "March first"],
    ['<say-as interpret-as="time">2:30pm</say-as>', "two thirty pee em"],
    ['<say-as interpret-as="telephone">12-34</say-as>', "one two, three four"],
    ['<sub alias="mister">Mr</sub>', "mister"],
    ['<lang xml:lang="fr-FR">hello</lang>', "hello"],
    ['<amazon:effect name="whispered">hello</amazon:effect>', "hello"],
    ['<amazon:domain name="news">hello</amazon:domain>', "hello"],
    ['<w role="amazon:VB">hello</w>', "hello"],
    ['<phoneme alphabet="ipa" ph="x">hello</phoneme>', "hello"],
    ['<mark name="here"/>hello', "hello"],
    ['<unheard of="it">hello</unheard>', "hello"],
  ] as const) {
    it(`says "${words}" for ${inner}`, () => assert.deepEqual(say(inner), say(words)));
  }
});
