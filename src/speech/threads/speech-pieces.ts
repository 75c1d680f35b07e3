import { keptSilenceMs } from "../sound/level.ts";
import type { SpokenPart, SpokenWords } from "./spoken-part.ts";
import { endsClause } from "./split-text.ts";

/** Cuts the parts of a text into pieces that can be made one by one: words with the pauses around them. Made one after the other they sound as the whole.
 * @param ownPauseMs how long a voice is silent behind words that end with a sign, within a text */
export function toPieces<Voice>(
  parts: readonly SpokenPart<Voice>[],
  ownPauseMs: (words: SpokenWords<Voice>) => number,
): SpokenPart<Voice>[][] {
  const pieces: SpokenPart<Voice>[][] = [];
  let hasWords = false;
  for (const [index, part] of parts.entries()) {
    if (pieces.length === 0 || (part.type === "words" && hasWords)) pieces.push([]);
    const goesOn = part.type === "words" && parts[index + 1]?.type === "words";
    pieces.at(-1)?.push(...(goesOn ? withRest(part, ownPauseMs(part)) : [part]));
    hasWords ||= part.type === "words";
  }
  return pieces;
}

/** Words that others follow: behind a sign the rest that the voice itself makes there, else none. */
function withRest<Voice>(words: SpokenWords<Voice>, ownPauseMs: number): SpokenPart<Voice>[] {
  if (!endsClause(words.text.slice(words.text.lastIndexOf(" ") + 1))) return [{ ...words, goesOn: true }];
  const kept = keptSilenceMs.before + keptSilenceMs.after;
  return [words, { type: "pause", pauseMs: Math.max(0, ownPauseMs / words.rate - kept) }];
}
