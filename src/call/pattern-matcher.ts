import { createContext, Script } from "node:vm";
import { LRUCache } from "lru-cache";

/** Finds a function's regular expression anywhere in a text of digits. "too-slow": given up, or too large to be run. */
export type PatternMatcher = (pattern: string, text: string) => boolean | "too-slow";

/** The second limit is for a machine that was busy elsewhere during the first. */
const limitsMs = [20, 50];
/** A pattern that was given up this often is not tried again. */
const chances = 3;
const rememberedPatterns = 1_000;

/** Makes a matcher that never holds the event loop for long: V8 breaks off backtracking when the time is up. One context is used
 * for all patterns; the pattern is data in there, never code. A pattern that does not compile counts as too slow. */
export function createPatternMatcher(): PatternMatcher {
  const scope = { pattern: "", text: "" };
  const context = createContext(scope);
  const search = new Script("new RegExp(pattern).test(text)");
  const givenUp = new LRUCache<string, number>({ max: rememberedPatterns });

  const searchWithin = (timeout: number): boolean | undefined => {
    try {
      return search.runInContext(context, { timeout }) === true;
    } catch {
      return undefined;
    }
  };
  return (pattern, text) => {
    const failures = givenUp.get(pattern) ?? 0;
    if (failures >= chances) return "too-slow";
    scope.pattern = pattern;
    scope.text = text;
    for (const limitMs of limitsMs) {
      const found = searchWithin(limitMs);
      if (found !== undefined) return found;
    }
    givenUp.set(pattern, failures + 1);
    return "too-slow";
  };
}
