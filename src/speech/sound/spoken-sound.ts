import { convertWhole, prepareConversion } from "./change-rate.ts";
import { amplified, speechBounds, spokenGain } from "./level.ts";
import type { Sound } from "../../media/index.ts";

/** Samples of 16,000 Hz for each of 8,000 Hz. */
export const wideFactor = 2;
const telephoneHz = 8_000;

/** What an engine has spoken, at 8,000 Hz and at 16,000 Hz: twice as many samples. */
export interface RawSound {
  readonly samples: Float32Array;
  readonly wide: Float32Array;
}

/** The same as it is played. */
export interface SpokenSound {
  readonly samples: Int16Array;
  readonly wide?: Int16Array | undefined;
}

/** Makes what brings samples of a rate to those of a call. */
export function prepareRates(fromHz: number): (samples: Int16Array) => RawSound {
  const [narrow, wide] = [prepareConversion(fromHz), prepareConversion(fromHz, wideFactor * telephoneHz)];
  return (samples) => {
    const telephone = convertWhole(samples, narrow);
    return { samples: telephone, wide: ofLength(convertWhole(samples, wide), wideFactor * telephone.length) };
  };
}

/** Silence of so many milliseconds. */
export function silenceOf(durationMs: number): RawSound {
  const length = Math.round(durationMs * 8);
  return { samples: new Float32Array(length), wide: new Float32Array(wideFactor * length) };
}

/** Cuts the silence before and after speech. @param afterMs how much to leave after it */
export function trimSilence({ samples, wide }: RawSound, afterMs: number): RawSound {
  const { first, end } = speechBounds(samples, afterMs) ?? { first: 0, end: 0 };
  return { samples: samples.subarray(first, end), wide: wide.subarray(wideFactor * first, wideFactor * end) };
}

/** Sound as it is played, at the level of speech, which is measured as telephones hear it. */
export function leveled({ samples, wide }: RawSound, volumeDb: number): SpokenSound {
  const gain = spokenGain(samples, volumeDb);
  return { samples: amplified(samples, gain), wide: amplified(wide, gain) };
}

/** Pieces one after the other, on shared memory; at 16,000 Hz where all of them have it. */
export function joinAudio(pieces: readonly SpokenSound[]): Sound {
  const wides = pieces.flatMap(({ wide }) => (wide === undefined ? [] : [wide]));
  return {
    samples: join(pieces.map(({ samples }) => samples)),
    wide: wides.length < pieces.length ? undefined : join(wides),
  };
}

function join(pieces: readonly Int16Array[]): Int16Array<SharedArrayBuffer> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const joined = new Int16Array(new SharedArrayBuffer(2 * length));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

function ofLength(samples: Float32Array, length: number): Float32Array {
  if (samples.length >= length) return samples.subarray(0, length);
  const longer = new Float32Array(length);
  longer.set(samples);
  return longer;
}
