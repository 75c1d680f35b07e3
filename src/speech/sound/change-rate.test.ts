import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { convertWhole, prepareConversion } from "./change-rate.ts";

const conversions = new Map([16_000, 22_050, 24_000].map((rateHz) => [rateHz, prepareConversion(rateHz)]));

function tone(frequencyHz: number, rateHz: number): Int16Array {
  return Int16Array.from({ length: rateHz }, (_, index) =>
    Math.round(20_000 * Math.sin((2 * Math.PI * frequencyHz * index) / rateHz)),
  );
}

/** Level of what comes out for a tone that goes in, decibels. */
function gainDb(frequencyHz: number, rateHz: number, prepared: ReturnType<typeof prepareConversion>): number {
  const inner = convertWhole(tone(frequencyHz, rateHz), prepared).subarray(200, 7_800);
  const power = inner.reduce((sum, sample) => sum + sample ** 2, 0) / inner.length;
  return 10 * Math.log10(power / (20_000 ** 2 / 2));
}

for (const [rateHz, prepared] of conversions) {
  describe(`from ${rateHz} Hz to that of a telephone`, () => {
    it("keeps the telephone band", () => {
      for (const frequencyHz of [100, 300, 1_000, 2_000, 3_000, 3_400]) {
        const gain = gainDb(frequencyHz, rateHz, prepared);
        assert.ok(Math.abs(gain) < 0.1, `${frequencyHz} Hz: ${gain} dB`);
      }
    });

    it("lets nothing above 4,000 Hz fold back", () => {
      for (const frequencyHz of [4_050, 4_200, 4_600, 5_000, 6_000, 7_000, 7_900]) {
        const gain = gainDb(frequencyHz, rateHz, prepared);
        assert.ok(gain < -65, `${frequencyHz} Hz: ${gain} dB`);
      }
    });

    it("is the same in pieces of any length, without delay", () => {
      const samples = tone(440, rateHz);
      const whole = convertWhole(samples, prepared);
      const converter = prepared();
      const pieces: number[] = [];
      for (let at = 0, length = 1; at < samples.length; at += length, length = (length * 7) % 1_009)
        pieces.push(...converter.take(samples.subarray(at, at + length)));
      pieces.push(...converter.finish());

      assert.equal(whole.length, 8_000);
      assert.deepEqual(Float32Array.from(pieces), whole);
      const expected = tone(440, 8_000);
      for (let index = 200; index < 7_800; index++)
        assert.ok(Math.abs((whole[index] ?? 0) - (expected[index] ?? 0)) < 300, `sample ${index}`);
    });
  });
}

describe("samples for a telephone", () => {
  it("take any length", () => {
    const halve = conversions.get(16_000) ?? prepareConversion(16_000);
    assert.deepEqual(
      [0, 1, 2, 3].map((length) => convertWhole(new Int16Array(length), halve).length),
      [0, 1, 1, 2],
    );
  });

  it("of 8,000 Hz stay as they are", () => {
    assert.deepEqual([...convertWhole(Int16Array.of(1, -2, 3), prepareConversion(8_000))], [1, -2, 3]);
  });
});
