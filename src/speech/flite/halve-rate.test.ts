import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { halveRate } from "./halve-rate.ts";

/** Level of what comes out for a tone that goes in, decibels. */
function gainDb(frequencyHz: number): number {
  const tone = Int16Array.from({ length: 16_000 }, (_, index) =>
    Math.round(20_000 * Math.sin((2 * Math.PI * frequencyHz * index) / 16_000)),
  );
  const inner = halveRate(tone).subarray(200, 7_800);
  const power = inner.reduce((sum, sample) => sum + sample ** 2, 0) / inner.length;
  return 10 * Math.log10(power / (20_000 ** 2 / 2));
}

describe("halving the rate", () => {
  it("keeps the telephone band", () => {
    for (const frequencyHz of [100, 300, 1_000, 2_000, 3_000, 3_400]) {
      assert.ok(Math.abs(gainDb(frequencyHz)) < 0.1, `${frequencyHz} Hz: ${gainDb(frequencyHz)} dB`);
    }
  });

  it("lets nothing above 4,000 Hz fold back", () => {
    for (const frequencyHz of [4_010, 4_200, 4_600, 5_000, 6_000, 7_000, 7_900]) {
      assert.ok(gainDb(frequencyHz) < -65, `${frequencyHz} Hz: ${gainDb(frequencyHz)} dB`);
    }
  });

  it("takes any length", () => {
    assert.deepEqual(
      [0, 1, 2, 3].map((length) => halveRate(new Int16Array(length)).length),
      [0, 1, 1, 2],
    );
  });
});
