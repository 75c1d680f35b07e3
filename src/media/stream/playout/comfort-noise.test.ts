import assert from "node:assert/strict";
import { test } from "node:test";
import { pcmFromSamples } from "../../pcm.ts";
import { toneLevelDbfs } from "../../../testing/tones.ts";
import { createComfortNoise } from "./comfort-noise.ts";

function noiseOf(...payload: readonly number[]): Int16Array {
  const noise = createComfortNoise();
  noise.describe(Uint8Array.from(payload), payload.length);
  const output = new Int16Array(16_000);
  noise.add(output, 0, output.length);
  return output;
}

/** RFC 3389 §3.1: of a square wave of full scale. */
function levelDbov(samples: Int16Array): number {
  const power = samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length;
  return 20 * Math.log10(Math.sqrt(power) / 32_768);
}

for (const level of [20, 40, 55, 70]) {
  test(`comfort noise of level ${level} has -${level} dBov (RFC 3389 §3.1)`, () => {
    assert.ok(Math.abs(levelDbov(noiseOf(level)) + level) < 0.5);
  });
}

test("coloured comfort noise has its level too, and its colour (RFC 3389 §3.2)", () => {
  // The first coefficient, about -0.8: low frequencies are stronger.
  const samples = noiseOf(40, 127 - 102);

  assert.ok(Math.abs(levelDbov(samples) + 40) < 1, String(levelDbov(samples)));
  const pcm = pcmFromSamples(samples);
  const mean = (frequencies: readonly number[]) =>
    frequencies.reduce((sum, frequencyHz) => sum + toneLevelDbfs(pcm, frequencyHz), 0) / frequencies.length;
  assert.ok(mean([100, 210, 320, 430, 540]) > mean([3100, 3210, 3320, 3430, 3540]) + 8);
});

test("whatever a packet says, comfort noise stays within its level", () => {
  for (let value = 0; value < 256; value++) {
    const samples = noiseOf(50, ...Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? value : 255 - value)));
    assert.ok(levelDbov(samples) < -40, `${value}: ${levelDbov(samples)}`);
  }
});

test("without a packet, or with an empty one, there is no noise", () => {
  assert.ok(noiseOf().every((sample) => sample === 0));
});
