import { createContext, Script } from "node:vm";
import { LRUCache } from "lru-cache";

/** Finds a function's regular expression anywhere in a text of digits. "too-slow": given up, or too large to be run. */
export type PatternMatcher = (pattern: string, text: string) => boolean | "too-slow";

/** The second limit is for a machine that was busy elsewhere during the first. */
const limitsMs = [20, 100];
/** A search that was given up costs a pattern this many points, one that was not gives one back; at the most points it is not
 * tried again. So a hostile pattern is tried three times, and a good one outlives a busy moment. */
const givenUpPoints = 10;
const mostPoints = 30;
const rememberedPatterns = 1_000;

/** Makes a matcher that never holds the event loop for long. Patterns that cannot be slow are run as they are; others under a time
 * limit, at which V8 breaks off backtracking. A pattern that does not compile counts as too slow. */
export function createPatternMatcher(): PatternMatcher {
  const search = createLimitedSearch();
  const points = new LRUCache<string, number>({ max: rememberedPatterns });

  return (pattern, text) => {
    const before = points.get(pattern) ?? 0;
    if (before >= mostPoints) return "too-slow";
    const found = cannotBeSlow(pattern) ? searchPlainly(pattern, text) : search(pattern, text);
    if (found === undefined) points.set(pattern, before + givenUpPoints);
    else if (before > 0) points.set(pattern, before - 1);
    return found ?? "too-slow";
  };
}

/** The longest text: the most keys of an action, and a terminator. */
const longestText = 129;
/** Ways of matching that a search may try without a limit: at most some milliseconds. */
const mostWays = 2_200_000;

/** Whether a search tries few ways, whatever the text: nothing in a group is repeated as a whole, nothing refers back, and where
 * a part begins and ends, and which alternative it is, can be chosen in few ways. True of nearly all patterns that functions send. */
function cannotBeSlow(pattern: string): boolean {
  const inShort = pattern.replace(/\\[^1-9k]|\[(?:\\[^]|[^\]\\])*\]/g, "x").replace(/\(\?(?:[:=!]|<[=!])/g, "(");
  if (/\\|\)[*+?{]/.test(inShort)) return false;
  const count = (mark: RegExp) => (inShort.match(mark) ?? []).length;
  const choices = count(/\(/g) <= 1 ? count(/\|/g) + 1 : 3 ** count(/\|/g);
  return longestText ** (1 + count(/[*+?]|\{\d*,/g)) * choices <= mostWays;
}

function searchPlainly(pattern: string, text: string): boolean | undefined {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return undefined;
  }
}

/** One context is used for all patterns; the pattern is data in there, never code. */
function createLimitedSearch(): (pattern: string, text: string) => boolean | undefined {
  const scope = { pattern: "", text: "" };
  const context = createContext(scope);
  const script = new Script("new RegExp(pattern).test(text)");
  const searchWithin = (timeout: number): boolean | undefined => {
    try {
      return script.runInContext(context, { timeout }) === true;
    } catch {
      return undefined;
    }
  };
  return (pattern, text) => {
    scope.pattern = pattern;
    scope.text = text;
    for (const limitMs of limitsMs) {
      const found = searchWithin(limitMs);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
