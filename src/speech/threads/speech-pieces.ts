import { keptSilenceMs } from "../sound/level.ts";
import type { SpokenPart, SpokenWords } from "./spoken-part.ts";
import { endsClause } from "./split-text.ts";

/** Most silence of a piece, milliseconds: a thread takes some milliseconds for each second of it. */
const longestSilenceMs = 1_000;

/** Cuts the parts of a text into pieces that can be made one by one: words with the pauses around them, and long pauses piece by piece. Made one after the
 * other they sound as the whole.
 * @param ownPauseMs how long a voice is silent behind words that end with a sign, within a text */
export function toPieces<Voice>(
  parts: readonly SpokenPart<Voice>[],
  ownPauseMs: (words: SpokenWords<Voice>) => number,
): SpokenPart<Voice>[][] {
  const pieces: SpokenPart<Voice>[][] = [];
  let hasWords = false;
  for (const [index, part] of parts.entries()) {
    if (part.type === "pause") {
      addPause(pieces, part.pauseMs);
      continue;
    }
    if (pieces.length === 0 || hasWords) pieces.push([]);
    const goesOn = parts[index + 1]?.type === "words";
    pieces.at(-1)?.push(...(goesOn ? withRest(part, ownPauseMs(part)) : [part]));
    hasWords = true;
  }
  return pieces;
}

/** Adds a pause to the last piece as far as there is room, and the rest as pieces of their own. */
function addPause<Voice>(pieces: SpokenPart<Voice>[][], pauseMs: number): void {
  for (let leftMs = pauseMs; leftMs > 0;) {
    const roomMs = longestSilenceMs - silenceMsOf(pieces.at(-1) ?? []);
    if (pieces.length === 0 || roomMs <= 0) pieces.push([]);
    const nextMs = Math.min(leftMs, roomMs > 0 ? roomMs : longestSilenceMs);
    pieces.at(-1)?.push({ type: "pause", pauseMs: nextMs });
    leftMs -= nextMs;
  }
}

function silenceMsOf(piece: readonly SpokenPart<unknown>[]): number {
  return piece.reduce((sum, part) => sum + (part.type === "pause" ? part.pauseMs : 0), 0);
}

/** Words that others follow: behind a sign the rest that the voice itself makes there, else none. */
function withRest<Voice>(words: SpokenWords<Voice>, ownPauseMs: number): SpokenPart<Voice>[] {
  if (!endsClause(words.text.slice(words.text.lastIndexOf(" ") + 1))) return [{ ...words, goesOn: true }];
  const kept = keptSilenceMs.before + keptSilenceMs.after;
  return [words, { type: "pause", pauseMs: Math.max(0, ownPauseMs / words.rate - kept) }];
}
