import type { Pcm } from "../../media/index.ts";

/** Samples of telephone audio in a millisecond. */
const samplesPerMs = 8;
/** Above this a sample is no silence: -43 dBFS, well above what G.711 makes of nothing. */
const audible = 230;
/** So much silence ends a sound; words have shorter gaps. */
const pauseMs = 400;
/** How much of a sound is compared, and how far it may lie beside its beginning. */
const [comparedMs, slackMs] = [1_200, 60];
/** Least likeness of two sounds that are one: different words come to 0.3 at most. */
export const likenessOfOne = 0.6;

/** Where something begins to be heard, from a sample on; undefined: there is silence only. */
export function findOnset(samples: Int16Array, from: number): number | undefined {
  for (let at = from; at < samples.length; at += 1) if (Math.abs(samples[at] ?? 0) > audible) return at;
  return undefined;
}

/** Where it ends: the first sample of a pause after it; undefined: it may go on. */
export function findEnd(samples: Int16Array, from: number): number | undefined {
  let quiet = 0;
  for (let at = from; at < samples.length; at += 1) {
    quiet = Math.abs(samples[at] ?? 0) > audible ? 0 : quiet + 1;
    if (quiet >= pauseMs * samplesPerMs) return at - quiet + 1;
  }
  return undefined;
}

/** How alike the beginnings of two sounds are, from 0 to 1: the largest correlation of their samples, where one may lie a little beside the other.
 * @param at where the heard one begins */
export function likeness(heard: Int16Array, at: number, { samples: whole }: Pcm): number {
  const start = findOnset(whole, 0);
  if (start === undefined) return 0;
  const count = Math.min(comparedMs * samplesPerMs, whole.length - start, heard.length - at);
  if (count < 100 * samplesPerMs) return 0;
  let best = 0;
  for (let shift = -slackMs * samplesPerMs; shift <= slackMs * samplesPerMs; shift += 1) {
    best = Math.max(best, correlate(heard, at + shift, whole, start, count));
  }
  return best;
}

function correlate(one: Int16Array, oneFrom: number, other: Int16Array, otherFrom: number, count: number): number {
  let [product, ofOne, ofOther] = [0, 0, 0];
  for (let index = 0; index < count; index += 1) {
    const a = one[oneFrom + index] ?? 0;
    const b = other[otherFrom + index] ?? 0;
    product += a * b;
    ofOne += a * a;
    ofOther += b * b;
  }
  return ofOne === 0 || ofOther === 0 ? 0 : product / Math.sqrt(ofOne * ofOther);
}

/** Whether enough of a sound was heard to compare it with another that is so long. */
export function isEnough(heard: Int16Array, at: number): boolean {
  return heard.length - at >= comparedMs * samplesPerMs || findEnd(heard, at) !== undefined;
}
