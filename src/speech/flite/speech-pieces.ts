import type { FlitePart } from "./flite-speaker.ts";
import { ownPauseMs } from "./flite-voices.ts";
import { keptSilenceMs } from "./level.ts";
import { endsClause } from "./split-text.ts";

type Words = Extract<FlitePart, { type: "words" }>;

/** Cuts the parts of a text into pieces that can be made one by one: words with the pauses around them. Made one after the other they sound as the whole. */
export function toPieces(parts: readonly FlitePart[]): FlitePart[][] {
  const pieces: FlitePart[][] = [];
  let hasWords = false;
  for (const [index, part] of parts.entries()) {
    if (pieces.length === 0 || (part.type === "words" && hasWords)) pieces.push([]);
    const goesOn = part.type === "words" && parts[index + 1]?.type === "words";
    pieces.at(-1)?.push(...(goesOn ? withRest(part) : [part]));
    hasWords ||= part.type === "words";
  }
  return pieces;
}

/** Words that others follow: behind a sign the rest that Flite itself makes there, else none. */
function withRest(words: Words): FlitePart[] {
  if (!endsClause(words.text.slice(words.text.lastIndexOf(" ") + 1))) return [{ ...words, goesOn: true }];
  const kept = keptSilenceMs.before + keptSilenceMs.after;
  return [words, { type: "pause", pauseMs: ownPauseMs[words.voice.name] / words.rate - kept }];
}
