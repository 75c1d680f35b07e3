import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createGauss } from "../../../testing/internal/noises.ts";
import { createGapList } from "./gap-list.ts";
import { createSuppressedTrack } from "./suppressed-track.ts";
import type { Track } from "./track.ts";

const SECOND = 8000;

/** A track that has these samples, and silence behind them. */
function aTrackOf(samples: Int16Array): Track {
  let taken = 0;
  return {
    gaps: createGapList(),
    keyAt: 0,
    positionOf: () => 0,
    packet: () => undefined,
    take(count, output, offset, stride) {
      for (let index = 0; index < count; index++) output[offset + index * stride] = samples[taken++] ?? 0;
    },
  };
}

function aNoise(seconds: number): Int16Array {
  const gauss = createGauss(11);
  return Int16Array.from({ length: seconds * SECOND }, () => Math.round(400 * gauss()));
}

/** All of `noise` by way of a track that is switched at these places, in pieces of these lengths by turns. */
function takenFrom(noise: Int16Array, switches: readonly number[], pieces: readonly number[]): Int16Array {
  const track = createSuppressedTrack(aTrackOf(noise));
  switches.forEach((at, index) => track.suppressNoise(index % 2 === 0, at));
  const output = new Int16Array(noise.length);
  for (let at = 0, piece = 0; at < output.length; piece++) {
    const count = Math.min(pieces[piece % pieces.length] ?? 1, output.length - at);
    track.take(count, output, at, 1);
    at += count;
  }
  return output;
}

function levelDb(samples: Int16Array, from: number, to: number): number {
  return 10 * Math.log10(samples.slice(from, to).reduce((sum, sample) => sum + sample * sample, 1) / (to - from));
}

describe("track whose noise is taken out", () => {
  it("gives what it has, each sample in its place, where it is not switched on", () => {
    const noise = aNoise(6);

    const output = takenFrom(noise, [2 * SECOND + 13, 4 * SECOND + 7], [SECOND]);

    assert.deepEqual(output.slice(0, 2 * SECOND + 13), noise.slice(0, 2 * SECOND + 13));
    assert.deepEqual(output.slice(4.4 * SECOND), noise.slice(4.4 * SECOND));
    assert.ok(levelDb(noise, 3 * SECOND, 4 * SECOND) - levelDb(output, 3 * SECOND, 4 * SECOND) > 15);
  });

  it("does so from its first sample to its last", () => {
    const noise = aNoise(3);

    const output = takenFrom(noise, [0], [SECOND]);

    assert.ok(levelDb(noise, SECOND, 3 * SECOND) - levelDb(output, SECOND, 3 * SECOND) > 15);
  });

  it("gives the same whatever is taken at a time, and however often it is switched", () => {
    const noise = aNoise(4);
    const switches = [100, 900, 905, 8000, 8001, 8002, 20_000, 20_100];

    const whole = takenFrom(noise, switches, [noise.length]);

    for (const pieces of [[1], [79, 1], [160], [333, 8000]])
      assert.deepEqual(takenFrom(noise, switches, pieces), whole);
  });

  it("fills one of two channels and leaves the other alone", () => {
    const track = createSuppressedTrack(aTrackOf(Int16Array.from({ length: 800 }, () => 5)));
    track.suppressNoise(true, 0);
    const output = new Int16Array(1600);

    track.take(800, output, 1, 2);

    assert.ok(output.every((sample, index) => sample === (index % 2) * 5));
  });
});
