import { toSpokenLevel } from "./level.ts";

/** Silence of so many milliseconds, 8,000 Hz. */
export function silenceOf(durationMs: number): Float32Array {
  return new Float32Array(Math.round(durationMs * 8));
}

/** Samples of 8,000 Hz as they are played, at the level of speech. */
export function leveled(samples: Float32Array, volumeDb: number): Int16Array {
  const piece = new Int16Array(samples.length);
  toSpokenLevel(samples, volumeDb, piece);
  return piece;
}

/** Pieces one after the other, on shared memory. */
export function joinAudio(pieces: readonly Int16Array[]): Int16Array<SharedArrayBuffer> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const joined = new Int16Array(new SharedArrayBuffer(2 * length));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
