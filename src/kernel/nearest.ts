import { closest, distance } from "fastest-levenshtein";

/** The allowed word that `word` was most likely meant to be, or undefined when none is similar (more than a third of the letters differ in each).
 * Upper and lower case count as equal. */
export function nearestWord(word: string, allowed: readonly string[]): string | undefined {
  // A word that is far longer than all of them resembles none, and comparing it would take time.
  if (word.length > 3 * Math.max(0, ...allowed.map(({ length }) => length))) return undefined;
  const lower = word.toLowerCase();
  const best = closest(
    lower,
    allowed.map((candidate) => candidate.toLowerCase()),
  );
  const found = allowed.find((candidate) => candidate.toLowerCase() === best);
  if (found === undefined) return undefined;
  const limit = Math.max(1, Math.ceil(Math.max(word.length, found.length) / 3));
  return distance(lower, best) <= limit ? found : undefined;
}
