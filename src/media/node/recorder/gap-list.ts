import type { RecordingGap } from "../../types.ts";

/** The pieces of a track that were never received, in order. */
export interface GapList {
  /** Adds a gap behind all others. */
  add(from: number, to: number): void;
  /** A late packet filled a gap or part of one. */
  fill(from: number, to: number): void;
  /** The gaps of a track that ends at `length`, and the sum of all, also of those beyond the list. */
  finish(length: number): { readonly gaps: readonly RecordingGap[]; readonly lostSamples: number };
}

/** Most gaps that are listed, so that a bad network in a long call does not take memory. */
const MOST_LISTED = 10_000;
/** How many of the newest gaps a late packet is looked for in. */
const NEWEST = 32;

/** Makes an empty list. */
export function createGapList(): GapList {
  const gaps: { from: number; to: number }[] = [];
  let unlistedSamples = 0;

  return {
    add(from, to) {
      if (gaps.length < MOST_LISTED) gaps.push({ from, to });
      else unlistedSamples += to - from;
    },
    fill(from, to) {
      for (let index = gaps.length - 1; index >= Math.max(0, gaps.length - NEWEST); index--) {
        const gap = gaps[index];
        if (gap === undefined || gap.to <= from || gap.from >= to) continue;
        const left = [
          { from: gap.from, to: Math.min(from, gap.to) },
          { from: Math.max(to, gap.from), to: gap.to },
        ];
        gaps.splice(index, 1, ...left.filter((part) => part.to > part.from));
      }
    },
    finish(length) {
      const within = gaps
        .filter((gap) => gap.from < length)
        .map(({ from, to }) => ({ atSample: from, samples: Math.min(to, length) - from }));
      return { gaps: within, lostSamples: within.reduce((sum, { samples }) => sum + samples, unlistedSamples) };
    },
  };
}
