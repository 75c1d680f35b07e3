import type { ActionError, JsonObject } from "../call/index.ts";
import { readDuration } from "./durations.ts";
import { readPattern } from "./input-pattern.ts";
import { invalidParameter } from "./invalid-parameter.ts";
import { readKeys } from "./key-list.ts";
import { isAbsent, readInteger } from "./numbers.ts";

/** What keys an action that gathers them wants, and for how long it waits. */
export interface DigitRules {
  /** Looked for anywhere in the keys; undefined: any will do. */
  readonly pattern: string | undefined;
  readonly min: number;
  readonly max: number;
  readonly terminators: readonly string[];
  /** All attempts, the first included. */
  readonly attempts: number;
  /** For the first key, from the end of the prompt. */
  readonly firstDigitMs: number;
  /** For each further key. */
  readonly nextDigitMs: number;
}

/** The rules with what an event shows of them, or what is wrong. */
export type CheckedDigitRules =
  | { readonly type: "good"; readonly rules: DigitRules; readonly echo: JsonObject }
  | ({ readonly type: "bad" } & ActionError);

const mostDigits = 128;

/** Reads the parameters that both get-digits actions share. Omitted terminators are not echoed, other defaults are.
 * Contract: actions sections 2.7, 2.12, 4 row 11; leniency section 3 */
export function checkDigitRules(parameters: JsonObject): CheckedDigitRules {
  const numberOf = (name: string, fallback: number) =>
    isAbsent(parameters[name]) ? fallback : readInteger(parameters[name]);
  const min = numberOf("MinNumberOfDigits", 0);
  if (min === undefined || min < 0) return wrong("MinNumberOfDigits");
  const max = numberOf("MaxNumberOfDigits", mostDigits);
  if (max === undefined || max < min || max > mostDigits) return wrong("MaxNumberOfDigits");
  const terminators = readKeys(parameters["TerminatorDigits"], ["#"]);
  if (terminators === undefined) return wrong("TerminatorDigits");
  const repeat = numberOf("Repeat", 1);
  if (repeat === undefined || repeat < 0) return wrong("Repeat");

  const first = readDuration(parameters["RepeatDurationInMilliseconds"]);
  if (first === undefined) return wrong("RepeatDurationInMilliseconds");
  const between = parameters["InBetweenDigitsDurationInMilliseconds"];
  const next = isAbsent(between) ? first : readDuration(between);
  if (next === undefined) return wrong("InBetweenDigitsDurationInMilliseconds");
  const regex = parameters["InputDigitsRegex"];
  const pattern = isAbsent(regex) ? undefined : readPattern(regex);
  if (typeof pattern === "object") return { type: "bad", ...pattern };

  const times = { firstDigitMs: first.durationMs, nextDigitMs: next.durationMs };
  return {
    type: "good",
    // 0 attempts are one, as 0 plays are (leniency section 3).
    rules: { pattern, min, max, terminators, attempts: Math.max(1, repeat), ...times },
    echo: {
      MinNumberOfDigits: min,
      MaxNumberOfDigits: max,
      Repeat: repeat,
      RepeatDurationInMilliseconds: first.sent,
      InBetweenDigitsDurationInMilliseconds: next.sent,
      ...(pattern === undefined ? {} : { InputDigitsRegex: pattern }),
    },
  };
}

function wrong(name: string): CheckedDigitRules {
  return { type: "bad", ...invalidParameter(`The ${name} parameter is invalid.`) };
}
