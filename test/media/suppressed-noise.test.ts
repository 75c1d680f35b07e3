import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { silentLogger } from "../../src/kernel/index.ts";
import {
  BLOCK_SAMPLES,
  createSuppressor,
  SUPPRESSOR_DELAY_SAMPLES,
} from "../../src/media/node/suppressor/suppressor.ts";
import { createSpeech, type Speech } from "../../src/speech/index.ts";
import { mixAt, noises, speechToDistortionDb } from "../../src/testing/internal/noises.ts";

const sentences = [
  { voiceId: "Joanna", text: "Good morning. I would like to change the date of my appointment, please." },
  { voiceId: "Matthew", text: "There is a machine running behind me. I hope that you can hear what I say." },
  { voiceId: "Amy", text: "We moved house last week, and the new number is four one seven, double eight." },
];
/** Noise alone before the first word: how long it takes until somebody speaks on a telephone. */
const leadSamples = 4000;

let speech: Speech;
let spoken: Int16Array[] = [];

before(async () => {
  speech = await createSpeech({ engines: ["flite"], cacheFolder: undefined, log: silentLogger });
  spoken = await Promise.all(
    sentences.map(async (sentence) => {
      const made = await speech.synthesize({
        ...sentence,
        textType: "text",
        languageCode: undefined,
        engine: "standard",
      });
      const { samples } = (await made.growth?.whole) ?? made;
      const led = new Int16Array(leadSamples + samples.length);
      led.set(samples, leadSamples);
      return led;
    }),
  );
});
after(() => speech.close());

function suppressed(input: Int16Array): Int16Array {
  const suppressor = createSuppressor();
  suppressor.switch(true);
  const padded = new Int16Array(Math.ceil((input.length + SUPPRESSOR_DELAY_SAMPLES) / BLOCK_SAMPLES) * BLOCK_SAMPLES);
  padded.set(input);
  for (let at = 0; at < padded.length; at += BLOCK_SAMPLES) suppressor.block(padded, at, padded, at);
  return padded.subarray(SUPPRESSOR_DELAY_SAMPLES, SUPPRESSOR_DELAY_SAMPLES + input.length);
}

/** How much more speech stands out of what is no speech, dB, as a mean over all sentences. */
function gainDb(name: keyof typeof noises, signalToNoiseDb: number): number {
  const gains = spoken.map((clean, index) => {
    const noisy = mixAt(signalToNoiseDb, clean, noises[name](1000 + index, clean.length));
    return speechToDistortionDb(clean, suppressed(noisy)) - speechToDistortionDb(clean, noisy);
  });
  return gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
}

/** Least gain at 10 dB. What lies where speech is strongest cannot be told from it as well: of recorded people it is about 6 dB, of the voices here 5, where a filter that
 * is told the spectrum of the speech itself reaches 6. */
const leastGainDb: Record<keyof typeof noises, number> = {
  white: 6,
  brown: 6,
  rain: 6,
  hiss: 6,
  "fan and hum": 4.7,
  "server room": 5.2,
  buzz: 8,
  motor: 5,
};

describe("noise suppressor on spoken sentences", () => {
  for (const [name, leastDb] of Object.entries(leastGainDb) as [keyof typeof noises, number][]) {
    it(`takes ${name} off speech by ${leastDb} dB where it is 10 dB below, and does no harm where it is 20 dB below`, (t) => {
      const [loud, soft] = [gainDb(name, 10), gainDb(name, 20)];

      t.diagnostic(`${name}: ${loud.toFixed(1)} dB better at 10 dB, ${soft.toFixed(1)} dB at 20 dB`);
      assert.ok(loud >= leastDb, `${loud.toFixed(2)} dB at 10 dB`);
      assert.ok(soft >= 0, `${soft.toFixed(2)} dB at 20 dB`);
    });
  }
});
