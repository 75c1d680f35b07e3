import type { RecordingGap } from "./types.ts";

/** The pieces of a track that were never received, in order. */
export interface GapList {
  /** Adds a gap behind all others. */
  add(from: number, to: number): void;
  /** A late packet filled a gap or part of one. */
  fill(from: number, to: number): void;
  /** The parts of gaps that lie between two places, in order; later calls ask for later places. */
  within(from: number, to: number): readonly TrackPiece[];
  /** The gaps of a track that ends at `length`, and the sum of all, also of those beyond the list. */
  finish(length: number): { readonly gaps: readonly RecordingGap[]; readonly lostSamples: number };
}

/** From a place to before another, samples. */
export interface TrackPiece {
  readonly from: number;
  readonly to: number;
}

/** Most gaps that are listed, so that a bad network in a long call does not take memory. */
const MOST_LISTED = 10_000;
/** How many of the newest gaps a late packet is looked for in. */
const NEWEST = 32;

/** Makes an empty list. */
export function createGapList(): GapList {
  const gaps: TrackPiece[] = [];
  /** Behind those that are listed, until they are asked for the last time. */
  let unlisted: TrackPiece[] = [];
  let unlistedSamples = 0;

  return {
    add(from, to) {
      if (gaps.length < MOST_LISTED) gaps.push({ from, to });
      else unlisted.push({ from, to });
    },
    fill(from, to) {
      fillIn(gaps, from, to);
      fillIn(unlisted, from, to);
    },
    within(from, to) {
      const isOver = (gap: TrackPiece) => gap.to <= from;
      unlistedSamples += sumOf(unlisted.filter(isOver));
      unlisted = unlisted.filter((gap) => !isOver(gap));
      const first = gaps.findLastIndex(isOver) + 1;
      return [...gaps.slice(first), ...unlisted]
        .filter((gap) => gap.from < to)
        .map((gap) => ({ from: Math.max(gap.from, from), to: Math.min(gap.to, to) }));
    },
    finish(length) {
      const beforeEnd = (list: readonly TrackPiece[]) =>
        list.filter(({ from }) => from < length).map(({ from, to }) => ({ from, to: Math.min(to, length) }));
      const listed = beforeEnd(gaps);
      return {
        gaps: listed.map(({ from, to }) => ({ atSample: from, samples: to - from })),
        lostSamples: sumOf(listed) + sumOf(beforeEnd(unlisted)) + unlistedSamples,
      };
    },
  };
}

/** Takes a piece out of the newest gaps of a list. */
function fillIn(gaps: TrackPiece[], from: number, to: number): void {
  for (let index = gaps.length - 1; index >= Math.max(0, gaps.length - NEWEST); index--) {
    const gap = gaps[index];
    if (gap === undefined || gap.to <= from || gap.from >= to) continue;
    const left = [
      { from: gap.from, to: Math.min(from, gap.to) },
      { from: Math.max(to, gap.from), to: gap.to },
    ];
    gaps.splice(index, 1, ...left.filter((part) => part.to > part.from));
  }
}

function sumOf(pieces: readonly TrackPiece[]): number {
  return pieces.reduce((sum, { from, to }) => sum + to - from, 0);
}
