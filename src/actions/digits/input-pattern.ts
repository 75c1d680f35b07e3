import { errorMessage } from "../../kernel/index.ts";
import type { ActionError } from "../../call/index.ts";
import { text, type Refusal } from "../../contract/index.ts";
import { isInvalid, invalidParameter } from "../parameters/invalid-parameter.ts";

/** Longer patterns can take long to compile, and nothing interrupts that. */
const longestPattern = 1_024;

/** What an event shows of a pattern that cannot be used. */
export const invalidPattern = isInvalid("InputDigitsRegex");

/** A regular expression that compiles. Contract: actions-pattern-syntax */
export const inputPattern = text("pattern", { maxLength: longestPattern, check: checkPattern });

function checkPattern(pattern: string): Refusal | undefined {
  if (pattern.length > longestPattern) {
    return { found: `${pattern.length} characters`, allowed: `at most ${longestPattern}` };
  }
  try {
    void new RegExp(pattern);
    return undefined;
  } catch (error) {
    return { allowed: `a regular expression (${errorMessage(error)})` };
  }
}

/** What an event shows of a pattern that was given up. */
export function patternTooSlow(pattern: string): ActionError {
  return invalidParameter(invalidPattern.errorMessage, `Looking for ${pattern} takes too long.`);
}
