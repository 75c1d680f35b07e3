import { LRUCache } from "lru-cache";
import { atMost } from "../../kernel/index.ts";
import { compileSearch, type PatternSearch } from "./pattern-search.ts";

/** Whether a function's regular expression was found. "too-slow": given up. */
export type PatternVerdict = boolean | "too-slow";

/** Finds a function's regular expression anywhere in a text of digits. `steps`: a lower limit for this search, whose failure does not count
 * against the pattern. */
export type PatternMatcher = (pattern: string, text: string, steps?: number) => PatternVerdict;

/** The verdict on texts that are tried one after the other. */
export function searchTexts(
  matches: PatternMatcher,
  pattern: string,
  texts: readonly string[],
  steps?: number,
): PatternVerdict {
  for (const text of texts) {
    const verdict = matches(pattern, text, steps);
    if (verdict !== false) return verdict;
  }
  return false;
}

/** A search that was given up costs a pattern this many points, any other gives one back. At the limit the pattern is not tried again. So a
 * hostile pattern is tried three times, and one that is slow for some keys is still used. */
const givenUpPoints = 10;
const mostPoints = 30;
const rememberedPatterns = 1_000;

/** Makes a matcher that never takes long. A pattern that does not compile counts as too slow. Contract: actions-pattern-slow */
export function createPatternMatcher(): PatternMatcher {
  const known = new LRUCache<string, { readonly search: PatternSearch; readonly points: number }>(
    atMost(rememberedPatterns),
  );

  return (pattern, text, steps) => {
    const { search, points } = known.get(pattern) ?? { search: compile(pattern), points: 0 };
    if (points >= mostPoints) return "too-slow";
    const found = search(text, steps);
    if (found === undefined && steps !== undefined) return "too-slow";
    known.set(pattern, { search, points: found === undefined ? points + givenUpPoints : Math.max(0, points - 1) });
    return found ?? "too-slow";
  };
}

function compile(pattern: string): PatternSearch {
  try {
    return compileSearch(pattern);
  } catch {
    return () => undefined;
  }
}
