import type { Pcm } from "./types.ts";

/** Samples per second of all audio in this room. */
export const SAMPLE_RATE_HZ = 8000;

/** Samples, and RTP timestamp ticks of G.711, per millisecond. */
export const SAMPLES_PER_MS = 8;

/** Copies samples (16 bit signed, 8,000 Hz, mono) into shared memory. */
export function pcmFromSamples(samples: ArrayLike<number>): Pcm {
  const shared = new Int16Array(new SharedArrayBuffer(samples.length * 2));
  shared.set(samples);
  return { samples: shared };
}
