import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createGauss } from "../../../testing/internal/noises.ts";
import { dualToneSample } from "../keys/dual-tone.ts";
import { BLOCK_SAMPLES, createSuppressor, SUPPRESSOR_DELAY_SAMPLES, type Suppressor } from "./suppressor.ts";

const SECOND = 8000;

/** What comes out for `input`, without the delay. `at` is called before each block with the position of its first sample. */
function pass(suppressor: Suppressor, input: Int16Array, at?: (position: number) => void): Int16Array {
  const padded = new Int16Array(Math.ceil((input.length + SUPPRESSOR_DELAY_SAMPLES) / BLOCK_SAMPLES) * BLOCK_SAMPLES);
  padded.set(input);
  const output = new Int16Array(padded.length);
  for (let position = 0; position < padded.length; position += BLOCK_SAMPLES) {
    at?.(position);
    suppressor.block(padded, position, output, position);
  }
  return output.subarray(SUPPRESSOR_DELAY_SAMPLES, SUPPRESSOR_DELAY_SAMPLES + input.length);
}

function anOn(): Suppressor {
  const suppressor = createSuppressor();
  suppressor.switch(true);
  return suppressor;
}

function aNoise(seconds: number, level = 500, seed = 7): Int16Array {
  const gauss = createGauss(seed);
  return Int16Array.from({ length: seconds * SECOND }, () => Math.round(level * gauss()));
}

function levelDb(samples: Int16Array, from: number, to: number): number {
  let sum = 0;
  for (let index = from; index < to; index++) sum += (samples[index] ?? 0) ** 2;
  return 10 * Math.log10(sum / (to - from) + 1e-9);
}

describe("noise suppressor", () => {
  it("passes every sample unchanged while it is off", () => {
    const input = Int16Array.from({ length: SECOND }, (_, index) => ((index * 7919) % 65_536) - 32_768);

    assert.deepEqual(pass(createSuppressor(), input), input);
  });

  it("passes every sample unchanged again, some time after it is switched off", () => {
    const suppressor = anOn();
    const input = aNoise(4);

    const output = pass(suppressor, input, (position) => position === 2 * SECOND && suppressor.switch(false));

    assert.equal(suppressor.isOff, true);
    assert.deepEqual(output.subarray(2.4 * SECOND), input.subarray(2.4 * SECOND));
    assert.notDeepEqual(output.subarray(SECOND, 2 * SECOND), input.subarray(SECOND, 2 * SECOND));
  });

  it("takes noise down by about 20 dB within half a second, where nobody speaks", () => {
    const input = aNoise(3);

    const output = pass(anOn(), input);

    const down = levelDb(input, SECOND / 2, 3 * SECOND) - levelDb(output, SECOND / 2, 3 * SECOND);
    assert.ok(down > 15 && down < 22.5, `${down.toFixed(1)} dB`);
  });

  it("finds noise that has become louder within three seconds", () => {
    const input = Int16Array.from([...aNoise(3, 30), ...aNoise(6, 600)]);

    const output = pass(anOn(), input);

    const down = levelDb(input, 7 * SECOND, 9 * SECOND) - levelDb(output, 7 * SECOND, 9 * SECOND);
    assert.ok(down > 10, `${down.toFixed(1)} dB`);
  });

  it("finds noise that begins after silence without any sound within three seconds", () => {
    for (const silenceMs of [100, 2000]) {
      const silent = silenceMs * 8;
      const input = Int16Array.from([...new Int16Array(silent), ...aNoise(4, 300)]);

      const output = pass(anOn(), input);

      const [from, to] = [silent + 3 * SECOND, silent + 4 * SECOND];
      const down = levelDb(input, from, to) - levelDb(output, from, to);
      assert.ok(down > 12, `${down.toFixed(1)} dB after ${silenceMs} ms`);
    }
  });

  it("takes out a tone that lasts, and does not let it be heard again where it ends", () => {
    const gauss = createGauss(9);
    const input = Int16Array.from({ length: 8 * SECOND }, (_, index) => {
      const tone = index < 5 * SECOND ? 2000 * Math.sin((2 * Math.PI * 435 * index) / SECOND) : 0;
      return Math.round(tone + 20 * gauss());
    });

    const output = pass(anOn(), input);

    assert.ok(levelDb(output, 3 * SECOND, 4 * SECOND) < levelDb(input, 3 * SECOND, 4 * SECOND) - 30);
    assert.ok(levelDb(output, 5.05 * SECOND, 6 * SECOND) < levelDb(input, 5.05 * SECOND, 6 * SECOND));
  });

  it("switches without a click: no step is larger than those of the signal itself", () => {
    const suppressor = createSuppressor();
    const gauss = createGauss(3);
    const input = Int16Array.from({ length: 6 * SECOND }, (_, index) => {
      return Math.round(6000 * Math.sin((2 * Math.PI * 320 * index) / SECOND) + 60 * gauss());
    });

    const output = pass(suppressor, input, (position) => suppressor.switch(Math.floor(position / 4800) % 2 === 1));

    const largestStep = (samples: Int16Array) => {
      return samples.reduce((most, sample, index) => Math.max(most, Math.abs(sample - (samples[index - 1] ?? 0))), 0);
    };
    assert.ok(largestStep(output) <= largestStep(input) + 60, `${largestStep(output)} of ${largestStep(input)}`);
  });

  for (const digit of "159D*0#") {
    it(`keeps the key ${digit}, however long it is held, in noise too`, () => {
      const input = aNoise(9, 150);
      for (let index = SECOND; index < 8 * SECOND; index++) {
        input[index] = (input[index] ?? 0) + Math.round(dualToneSample(digit, index) / 4);
      }

      const output = pass(anOn(), input);

      for (let second = 1; second < 8; second++) {
        const change =
          levelDb(output, second * SECOND, (second + 1) * SECOND) -
          levelDb(input, second * SECOND, (second + 1) * SECOND);
        assert.ok(Math.abs(change) < 0.5, `${change.toFixed(2)} dB in second ${second}`);
      }
    });
  }

  it("lets a short key of 50 ms through after a long silence and after loud noise", () => {
    for (const level of [0, 300]) {
      const input = level === 0 ? new Int16Array(3 * SECOND) : aNoise(3, level);
      for (let index = 2 * SECOND; index < 2 * SECOND + 400; index++) {
        input[index] = (input[index] ?? 0) + Math.round(dualToneSample("5", index) / 4);
      }

      const output = pass(anOn(), input);

      const change = levelDb(output, 2 * SECOND, 2 * SECOND + 400) - levelDb(input, 2 * SECOND, 2 * SECOND + 400);
      assert.ok(Math.abs(change) < 0.7, `${change.toFixed(2)} dB in noise of ${level}`);
    }
  });

  it("stays within 16 bits at full scale, and silent in digital silence", () => {
    const loud = Int16Array.from({ length: SECOND }, (_, index) =>
      Math.floor(index / 9) % 2 === 0 ? 32_767 : -32_768,
    );

    const output = pass(anOn(), loud);

    assert.ok(output.some((sample) => sample !== 0));
    assert.deepEqual(pass(anOn(), new Int16Array(SECOND)), new Int16Array(SECOND));
  });
});
