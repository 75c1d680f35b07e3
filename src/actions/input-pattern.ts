import { errorMessage } from "../kernel/index.ts";
import type { ActionError } from "../call/index.ts";
import { invalidParameter } from "./invalid-parameter.ts";
import { readText } from "./text.ts";

/** Longer patterns can take long to compile, and nothing interrupts that. */
const longestPattern = 1_024;
const errorText = "The InputDigitsRegex parameter is invalid.";

/** A regular expression that compiles, or the error that events show. Contract: actions sections 2.7, 2.8 */
export function readPattern(value: unknown): string | ActionError {
  const pattern = readText(value);
  if (pattern === undefined || pattern === "") return invalidParameter(errorText);
  if (pattern.length > longestPattern) {
    return invalidParameter(errorText, `It has ${pattern.length} characters, at most ${longestPattern} are allowed.`);
  }
  try {
    void new RegExp(pattern);
    return pattern;
  } catch (error) {
    return invalidParameter(errorText, `${errorMessage(error)}.`);
  }
}

/** What an event shows of a pattern that was given up. */
export function patternTooSlow(pattern: string): ActionError {
  return invalidParameter(errorText, `Looking for ${pattern} takes too long.`);
}
