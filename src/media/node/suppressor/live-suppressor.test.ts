import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createGauss } from "../../../testing/internal/noises.ts";
import { createLiveSuppressor } from "./live-suppressor.ts";

const SECOND = 8000;
const FRAME = 160;

function levelDb(samples: Int16Array, from: number, to: number): number {
  return 10 * Math.log10(samples.slice(from, to).reduce((sum, sample) => sum + sample * sample, 1) / (to - from));
}

/** A voice of one pitch in soft noise. */
function aVoice(seconds: number): Int16Array {
  const gauss = createGauss(5);
  return Int16Array.from({ length: seconds * SECOND }, (_, index) => {
    return Math.round(5000 * Math.sin((2 * Math.PI * 250 * index) / SECOND) + 40 * gauss());
  });
}

function pass(input: Int16Array, at: (position: number) => boolean): Int16Array {
  const output = input.slice();
  const suppressor = createLiveSuppressor();
  for (let position = 0; position < output.length; position += FRAME) {
    suppressor.switch(at(position));
    suppressor.frame(output, position, FRAME);
  }
  return output;
}

describe("noise suppressor of a conversation", () => {
  it("leaves every sample alone while it is off, and again after it was on", () => {
    const input = aVoice(4);

    const output = pass(input, (position) => position >= SECOND && position < 2 * SECOND);

    assert.deepEqual(output.slice(0, SECOND), input.slice(0, SECOND));
    assert.deepEqual(output.slice(2.5 * SECOND), input.slice(2.5 * SECOND));
  });

  it("takes noise out while it is on", () => {
    const gauss = createGauss(8);
    const input = Int16Array.from({ length: 3 * SECOND }, () => Math.round(300 * gauss()));

    const output = pass(input, () => true);

    assert.ok(levelDb(input, SECOND, 3 * SECOND) - levelDb(output, SECOND, 3 * SECOND) > 15);
  });

  it("wins and loses its 20 ms without a click", () => {
    const input = aVoice(8);

    const output = pass(input, (position) => Math.floor(position / 6400) % 2 === 1);

    const largestStep = (samples: Int16Array) => {
      return samples.reduce((most, sample, index) => Math.max(most, Math.abs(sample - (samples[index - 1] ?? 0))), 0);
    };
    assert.ok(largestStep(output) < largestStep(input) * 1.1, `${largestStep(output)} of ${largestStep(input)}`);
  });

  it("does not say what was said before a pause once more behind it", () => {
    const suppressor = createLiveSuppressor();
    suppressor.switch(true);
    const voice = aVoice(1);
    for (let position = 0; position < voice.length; position += FRAME) suppressor.frame(voice, position, FRAME);
    suppressor.pause();
    suppressor.pause();
    const behind = new Int16Array(FRAME);

    suppressor.frame(behind, 0, FRAME);

    const loudest = Math.max(...behind.map(Math.abs));
    assert.ok(loudest < 50, `${loudest} of 5,000`);
  });
});
