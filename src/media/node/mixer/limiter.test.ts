import assert from "node:assert/strict";
import { test } from "node:test";
import { createLimiter } from "./limiter.ts";

const FRAME = 320;

/** A tone in frames of 20 ms, of a peak for each. */
function tones(peaks: readonly number[]): Int32Array[] {
  return peaks.map((peak, frame) =>
    Int32Array.from(
      { length: FRAME },
      (_, index) => peak * Math.sin((2 * Math.PI * 440 * (frame * FRAME + index)) / 16_000),
    ),
  );
}

function limited(frames: readonly Int32Array[]): Int16Array {
  const limiter = createLimiter();
  const output = new Int16Array(frames.length * FRAME);
  frames.forEach((frame, index) => limiter.run(frame, undefined, output.subarray(index * FRAME, (index + 1) * FRAME)));
  return output;
}

const peakOf = (samples: Int16Array) => samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
const largestJump = (samples: Int16Array) =>
  samples.slice(1).reduce((most, sample, index) => Math.max(most, Math.abs(sample - (samples[index] ?? 0))), 0);
const jumpOf = (peak: number) => peak * 2 * Math.sin((Math.PI * 440) / 16_000);

test("what fits passes as it is", () => {
  const [frame = new Int32Array(0)] = tones([29_000]);

  assert.deepEqual([...limited([frame])], [...Int16Array.from(frame)]);
});

test("eight voices at full scale are lowered as a whole, and not clipped", () => {
  const output = limited(tones(Array.from({ length: 20 }, () => 8 * 32_767)));

  assert.ok(peakOf(output) <= 32_767);
  const settled = output.subarray(5 * FRAME);
  // The wave is whole: as much at its peak as its power says.
  const power = Math.sqrt(settled.reduce((sum, sample) => sum + sample * sample, 0) / settled.length);
  assert.ok(Math.abs(peakOf(settled) / power - Math.SQRT2) < 0.03);
  assert.ok(peakOf(settled) > 28_000);
});

test("a voice that comes in loud makes no click, and the level is back half a second behind it", () => {
  const peaks = [...Array(10).fill(20_000), ...Array(10).fill(60_000), ...Array(30).fill(20_000)];
  const output = limited(tones(peaks));

  assert.ok(largestJump(output) <= jumpOf(60_000), `${largestJump(output)}`);
  assert.ok(peakOf(output.subarray(22 * FRAME, 23 * FRAME)) < 15_000);
  assert.ok(Math.abs(peakOf(output.subarray(-FRAME)) - 20_000) < 300);
});

test("without its own voice a speaker hears the rest as if nothing had been there", () => {
  const [both = new Int32Array(0)] = tones([32_000]);
  const [own = new Int32Array(0)] = tones([20_000]);
  const output = new Int16Array(FRAME);
  createLimiter().run(both, Int16Array.from(own), output);

  assert.ok(Math.abs(peakOf(output) - 12_000) < 2);
});
