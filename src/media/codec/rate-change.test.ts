import assert from "node:assert/strict";
import { test } from "node:test";
import { createDownsampler, createUpsampler, type RateChange } from "./rate-change.ts";

/** A sine with a peak of 10,000. */
function sine(rateHz: number, hz: number, count: number): Int16Array {
  return Int16Array.from({ length: count }, (_, index) =>
    Math.round(10_000 * Math.sin((2 * Math.PI * hz * index) / rateHz)),
  );
}

/** All of it, in frames of 20 ms. */
function run(change: RateChange, input: Int16Array, fromHz: number, toHz: number): Int16Array {
  const [frame, made] = [fromHz / 50, toHz / 50];
  const output = new Int16Array((input.length / frame) * made);
  for (let at = 0, to = 0; at < input.length; at += frame, to += made) {
    change.run(input.subarray(at, at + frame), frame, output.subarray(to, to + made));
  }
  return output;
}

/** Level of one frequency, dB relative to the sine above, behind the beginning. */
function levelOf(samples: Int16Array, rateHz: number, hz: number): number {
  const [from, count] = [rateHz / 10, rateHz / 2];
  let [sine, cosine] = [0, 0];
  for (let index = 0; index < count; index++) {
    const angle = (2 * Math.PI * hz * index) / rateHz;
    sine += (samples[from + index] ?? 0) * Math.sin(angle);
    cosine += (samples[from + index] ?? 0) * Math.cos(angle);
  }
  return 20 * Math.log10((2 * Math.hypot(sine, cosine)) / count / 10_000);
}

for (const [factor, highHz] of [
  [2, 16_000],
  [6, 48_000],
] as const) {
  for (const hz of [100, 300, 1000, 3000, 3400]) {
    test(`${hz} Hz pass from 8,000 to ${highHz} Hz and back at their level, across frames`, () => {
      const up = run(createUpsampler(factor), sine(8000, hz, 8000), 8000, highHz);
      const down = run(createDownsampler(factor), up, highHz, 8000);

      assert.ok(Math.abs(levelOf(up, highHz, hz)) < 1, `${levelOf(up, highHz, hz)} dB up`);
      assert.ok(Math.abs(levelOf(down, 8000, hz)) < 2, `${levelOf(down, 8000, hz)} dB and down`);
    });
  }

  test(`from 8,000 to ${highHz} Hz nothing appears above 4,600 Hz`, () => {
    const up = run(createUpsampler(factor), sine(8000, 3000, 8000), 8000, highHz);

    assert.ok(levelOf(up, highHz, 8000 - 3000) < -45, `${levelOf(up, highHz, 5000)} dB`);
  });

  test(`from ${highHz} to 8,000 Hz what no telephone carries is not folded into speech`, () => {
    for (const hz of [5000, 6000, 7500]) {
      const down = run(createDownsampler(factor), sine(highHz, hz, highHz), highHz, 8000);

      assert.ok(levelOf(down, 8000, 8000 - hz) < -45, `${levelOf(down, 8000, 8000 - hz)} dB of ${hz} Hz`);
    }
  });
}

test("full scale does not wrap", () => {
  const square = Int16Array.from({ length: 8000 }, (_, index) => (index % 40 < 20 ? 32_767 : -32_768));
  const up = run(createUpsampler(2), square, 8000, 16_000);
  const jumps = up.slice(1).map((sample, index) => Math.abs(sample - (up[index] ?? 0)));

  assert.ok(jumps.every((jump) => jump < 50_000));
});
