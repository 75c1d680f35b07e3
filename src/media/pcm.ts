import type { Pcm, Sound } from "./types.ts";

/** Samples per second of audio as telephones hear it, which is in all places but those that say otherwise. */
export const SAMPLE_RATE_HZ = 8000;

/** Samples of wide audio for each of those: 16,000 per second. */
export const WIDE_FACTOR = 2;

/** Samples per second of what is said to far ends that can hear more than a telephone. */
export const WIDE_RATE_HZ = 16_000;

/** Samples, and RTP timestamp ticks of G.711, per millisecond. */
export const SAMPLES_PER_MS = 8;

/** Memory for so many samples. @param isWide for the same at 16,000 Hz too */
export function createSound(length: number, isWide: boolean): Sound {
  const memoryOf = (count: number) => new Int16Array(new SharedArrayBuffer(count * 2));
  return { samples: memoryOf(length), wide: isWide ? memoryOf(length * WIDE_FACTOR) : undefined };
}

/** Copies samples (16 bit signed, 8,000 Hz, mono) into shared memory. */
export function pcmFromSamples(samples: ArrayLike<number>): Pcm {
  const shared = new Int16Array(new SharedArrayBuffer(samples.length * 2));
  shared.set(samples);
  return { samples: shared };
}
