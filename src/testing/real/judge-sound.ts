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
 * @param at where the heard one begins
 * @returns with it where the other one begins in what was heard */
export function likeness(heard: Int16Array, at: number, { samples: whole }: Pcm): { like: number; from: number } {
  const start = findOnset(whole, 0);
  const none = { like: 0, from: at };
  if (start === undefined) return none;
  const count = Math.min(comparedMs * samplesPerMs, whole.length - start, heard.length - at);
  if (count < 100 * samplesPerMs) return none;
  let best = none;
  for (let shift = -slackMs * samplesPerMs; shift <= slackMs * samplesPerMs; shift += 1) {
    const like = correlate(heard, at + shift, whole, start, count);
    if (like > best.like) best = { like, from: at + shift - start };
  }
  return best;
}

/** Where a sound that is heard ends: it is over, or something else is heard in its place; undefined: it goes on. Where a busy machine left out some
 * packets of it, the rest of it is earlier.
 * @param begin where it begins in what was heard */
export function followToEnd(heard: Int16Array, begin: number, { samples: whole }: Pcm): number | undefined {
  const block = blockMs * samplesPerMs;
  let from = begin;
  for (let at = 0; at < whole.length; at += block) {
    const count = Math.min(block, whole.length - at);
    if (from + at + count > heard.length) return undefined;
    const isHeard = isAudible(heard, from + at, count);
    if (isHeard !== isAudible(whole, at, count)) {
      // The edge of a word may lie in the next block.
      const isEdge = isHeard ? isAudible(whole, at - block, 3 * block) : isAudible(heard, from + at - block, 3 * block);
      if (!isEdge) return Math.max(from, from + at);
    } else if (isHeard && correlate(heard, from + at, whole, at, count) < likenessOfOther) {
      if (from + at + count + slackMs * samplesPerMs > heard.length) return undefined;
      const shift = findShift(heard, from + at, whole, at, count);
      if (shift === undefined) return from + at;
      from += shift;
    }
  }
  return from + whole.length;
}

/** How far a part of a sound lies beside its place, samples; undefined: it is not near. */
function findShift(heard: Int16Array, from: number, whole: Int16Array, at: number, count: number): number | undefined {
  for (let size = 1; size <= slackMs * samplesPerMs; size += 1)
    for (const shift of [-size, size])
      if (correlate(heard, from + shift, whole, at, count) >= likenessOfOne) return shift;
  return undefined;
}

const blockMs = 100;
/** Below this, a part of a sound is another one. */
const likenessOfOther = 0.2;

function isAudible(samples: Int16Array, from: number, count: number): boolean {
  for (let at = Math.max(0, from); at < from + count; at += 1) if (Math.abs(samples[at] ?? 0) > audible) return true;
  return false;
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
