import type { FlitePart } from "./flite-speaker.ts";

/** Cuts the parts of a text into pieces that can be made one by one: words with the pauses around them. Made one after the other they sound as the whole. */
export function toPieces(parts: readonly FlitePart[]): FlitePart[][] {
  const pieces: FlitePart[][] = [];
  let before: FlitePart | undefined;
  let hasWords = false;
  for (const part of parts) {
    if (part.type === "words" && before?.type === "words") pieces.at(-1)?.push(restAfter(before.text));
    if (pieces.length === 0 || (part.type === "words" && hasWords)) pieces.push([]);
    pieces.at(-1)?.push(part);
    hasWords ||= part.type === "words";
    before = part;
  }
  return pieces;
}

/** The rest between two pieces of one text, by the punctuation between them. */
function restAfter(text: string): FlitePart {
  let end = text.length;
  while (end > 0 && /\W/.test(text[end - 1] ?? "")) end--;
  const signs = text.slice(end);
  if (/[.!?]/.test(signs)) return { type: "pause", pauseMs: 350 };
  return { type: "pause", pauseMs: /[,;:]/.test(signs) ? 180 : 30 };
}
