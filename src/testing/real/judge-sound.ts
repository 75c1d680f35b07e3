import type { Pcm } from "../../media/index.ts";

/** Samples of telephone audio in a millisecond. */
const samplesPerMs = 8;
/** Above this a sample is no silence: -43 dBFS, well above what G.711 makes of nothing. */
const audible = 230;
/** So much silence ends a sound; words have shorter gaps. */
const pauseMs = 400;
/** How much of a sound is compared. */
const comparedMs = 1_200;
/** By a piece of its beginning so long it is found, where the heard one may begin a little earlier, or, behind another sound, later. */
const [anchorMs, earlierMs, laterMs] = [100, 60, 160];
/** So many pieces are looked for, until one is so alike. */
const [mostAnchors, likenessOfAnchor] = [3, 0.9];
/** Least likeness of two sounds that are one: with a packet in twenty left out it is above 0.8 mostly, and different words come to 0.6. */
export const likenessOfOne = 0.7;
/** A packet. A busy machine leaves out whole ones: what comes behind is that much earlier. */
const block = 20 * samplesPerMs;
/** From what on a packet is the one that is expected: coding takes little away. */
const likenessOfPacket = 0.8;
/** How many packets on a sound may go on that is not heard where it is expected, at most and earlier, and how many packets must be alike there. */
const [mostLost, mostAdded, windowBlocks] = [12, 3, 3];
/** After so many packets in a row that are others, it is over. */
const mostOthers = 10;

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

/** A sound that is followed in what is heard. */
export interface Track {
  readonly whole: Int16Array;
  /** What is heard was compared up to this sample, */
  heardUntil: number;
  /** and the sound up to this one. */
  at: number;
  /** So many packets before these were others. */
  others: number;
}

/** Where the rest of a sound ends that was taken for over a little too early; undefined: it is more than a rest. */
export function endOfRest(samples: Int16Array, from: number): number | undefined {
  const end = findEnd(samples, from);
  return end !== undefined && end - from < laterMs * samplesPerMs ? end : undefined;
}

/** How alike the beginnings of two sounds are, from 0 to 1: the correlation of their samples, packet by packet.
 * @param at where the heard one begins
 * @returns with it how far the other one was followed; undefined: it is another one */
export function likeness(
  heard: Int16Array,
  at: number,
  { samples: whole }: Pcm,
): { readonly like: number; readonly track: Track | undefined } {
  const start = findOnset(whole, 0) ?? whole.length;
  const count = Math.min(comparedMs * samplesPerMs, whole.length - start, heard.length - at);
  if (count < 100 * samplesPerMs) return { like: 0, track: undefined };
  const track = { whole, heardUntil: at, at: Math.max(0, start + findOffset(heard, at, whole, start)), others: 0 };
  let [product, ofHeard, ofWhole] = [0, 0, 0];
  while (track.heardUntil < at + count && track.at < whole.length) {
    if (!follow(heard, track)) break;
    const { product: one, ofOne, ofOther } = multiply(heard, track.heardUntil - block, whole, track.at - block, block);
    product += one;
    ofHeard += ofOne;
    ofWhole += ofOther;
  }
  return { like: correlation({ product, ofOne: ofHeard, ofOther: ofWhole }), track };
}

/** Follows a sound from where it was followed to. Gives where it ends: it is over, or something else is heard in its place; undefined: it goes on. */
export function followToEnd(heard: Int16Array, track: Track): number | undefined {
  while (track.at < track.whole.length && track.others < mostOthers) if (!follow(heard, track)) return undefined;
  const beyond = Math.max(0, track.at - track.whole.length);
  return track.others > 0 ? track.heardUntil - track.others * block : track.heardUntil - beyond;
}

/** Compares the next packet, of a sound that may go on there behind packets that were left out or added.
 * @returns false: not enough was heard */
function follow(heard: Int16Array, track: Track): boolean {
  const { whole, heardUntil: from, at } = track;
  const isThere = isSame(heard, from, whole, at, block);
  if (from + (isThere ? 1 : windowBlocks) * block > heard.length) return false;
  const lost = isThere ? 0 : findLost(heard, from, whole, at);
  track.others = lost === undefined ? track.others + 1 : 0;
  track.heardUntil += block;
  track.at += ((lost ?? 0) + 1) * block;
  return true;
}

/** How many packets on it goes on; undefined: it does not. What repeats itself is alike in many places: the nearest is it. */
function findLost(heard: Int16Array, from: number, whole: Int16Array, at: number): number | undefined {
  let best = { like: 0, lost: undefined as number | undefined };
  for (let size = 0; size <= mostLost; size += 1)
    for (const lost of size <= mostAdded ? [size, -size] : [size]) {
      const count = Math.min(windowBlocks * block, whole.length - at - lost * block);
      if (count < block) continue;
      const like = correlation(multiply(heard, from, whole, at + lost * block, count));
      if (like >= likenessOfPacket && like > best.like + 0.05) best = { like, lost };
    }
  return best.lost;
}

/** How far behind the beginning of a sound that is which is heard, samples: by the first of its pieces that is alike, since packets may be left out of others. */
function findOffset(heard: Int16Array, at: number, whole: Int16Array, start: number): number {
  const count = Math.min(anchorMs * samplesPerMs, heard.length - at, whole.length - start);
  let best = { like: 0, offset: 0 };
  for (let anchor = 0; anchor < mostAnchors && best.like < likenessOfAnchor; anchor += 1)
    for (let size = 0; size <= laterMs * samplesPerMs; size += 1)
      for (const offset of size <= earlierMs * samplesPerMs ? [size, -size] : [size]) {
        const beside = anchor * count;
        const like = correlation(multiply(heard, at + beside, whole, start + offset + beside, count));
        if (like > best.like + 0.01) best = { like, offset };
      }
  return best.offset;
}

function isSame(heard: Int16Array, from: number, whole: Int16Array, at: number, count: number): boolean {
  const isHeard = isAudible(heard, from, count);
  if (isHeard !== isAudible(whole, at, count)) return false;
  return !isHeard || correlation(multiply(heard, from, whole, at, count)) >= likenessOfPacket;
}

function isAudible(samples: Int16Array, from: number, count: number): boolean {
  for (let at = Math.max(0, from); at < from + count; at += 1) if (Math.abs(samples[at] ?? 0) > audible) return true;
  return false;
}

/** Sums of products of two pieces. */
interface Products {
  readonly product: number;
  readonly ofOne: number;
  readonly ofOther: number;
}

function multiply(one: Int16Array, oneFrom: number, other: Int16Array, otherFrom: number, count: number): Products {
  const first = Math.max(0, -oneFrom, -otherFrom);
  const end = Math.min(count, one.length - oneFrom, other.length - otherFrom);
  let [product, ofOne, ofOther] = [0, 0, 0];
  for (let index = first; index < end; index += 1) {
    const a = one[oneFrom + index] as number;
    const b = other[otherFrom + index] as number;
    product += a * b;
    ofOne += a * a;
    ofOther += b * b;
  }
  return { product, ofOne, ofOther };
}

function correlation({ product, ofOne, ofOther }: Products): number {
  return ofOne === 0 || ofOther === 0 ? 0 : product / Math.sqrt(ofOne * ofOther);
}

/** Whether enough of a sound was heard to compare it with another that is so long. */
export function isEnough(heard: Int16Array, at: number): boolean {
  return heard.length - at >= comparedMs * samplesPerMs || findEnd(heard, at) !== undefined;
}
