import {
  defaulted,
  integer,
  isAbsent,
  keyList,
  object,
  optional,
  required,
  text,
  type Fields,
  type JsonObject,
  type ValuesOf,
} from "../../contract/index.ts";
import { inputPattern, invalidPattern } from "./input-pattern.ts";
import { isInvalid } from "../parameters/invalid-parameter.ts";
import { timerDuration } from "../parameters/timer-duration.ts";

/** Which keys an action gathers, and how long it waits for them. */
export interface DigitRules {
  /** Looked for anywhere in the keys; undefined: any will do. */
  readonly pattern: string | undefined;
  readonly min: number;
  readonly max: number;
  /** The function itself said 0 keys would do. */
  readonly isMin0Sent: boolean;
  readonly terminators: readonly string[];
  /** All attempts, the first included. */
  readonly attempts: number;
  /** For the first key, from the end of the prompt. */
  readonly firstDigitMs: number;
  /** For each further key. */
  readonly nextDigitMs: number;
}

const mostDigits = 128;

/** The parameters that both get-digits actions share. Omitted terminators are not echoed, other defaults are.
 * Contract: actions-get-digits, actions-get-digits-most-keys */
export const digitFields = {
  MinNumberOfDigits: defaulted(integer({ min: 0 }), {
    description: "The fewest keys that will do.",
    default: 0,
    error: isInvalid("MinNumberOfDigits"),
  }),
  MaxNumberOfDigits: defaulted(integer({ min: 0, max: mostDigits }), {
    description: "So many keys end the input.",
    default: mostDigits,
    error: isInvalid("MaxNumberOfDigits"),
  }),
  TerminatorDigits: defaulted(keyList(), {
    description: "Keys that end the input; they are not part of ReceivedDigits.",
    default: ["#"],
    isDefaultHidden: true,
    error: isInvalid("TerminatorDigits"),
  }),
  Repeat: defaulted(integer({ min: 0 }), {
    description: "All attempts, the first included; 0 counts as 1.",
    default: 1,
    error: isInvalid("Repeat"),
  }),
  RepeatDurationInMilliseconds: required(integer({ min: 1 }), {
    description: "Time for the first key, from the end of the prompt.",
    error: isInvalid("RepeatDurationInMilliseconds"),
  }),
  InBetweenDigitsDurationInMilliseconds: defaulted(integer({ min: 1 }), {
    description: "Time for each further key. Default: RepeatDurationInMilliseconds.",
    default: ({ RepeatDurationInMilliseconds: first }) => first as number,
    error: isInvalid("InBetweenDigitsDurationInMilliseconds"),
  }),
  InputDigitsRegex: optional(inputPattern, {
    description: "A regular expression that must be found in the keys; anywhere in them unless it has ^ and $.",
    error: invalidPattern,
  }),
} satisfies Fields;

type DigitValues = ValuesOf<typeof digitFields>;

/** The most keys cannot be fewer than the fewest. */
export function checkDigitCounts({ MinNumberOfDigits: min, MaxNumberOfDigits: max }: DigitValues) {
  if (max >= min) return undefined;
  return { field: "MaxNumberOfDigits", found: `${max}`, allowed: `${min} (MinNumberOfDigits) to ${mostDigits}` };
}

/** The rules that these parameters make. `sent`: as the function sent them. */
export function toDigitRules(values: DigitValues, sent: JsonObject): DigitRules {
  return {
    pattern: values.InputDigitsRegex,
    min: values.MinNumberOfDigits,
    max: values.MaxNumberOfDigits,
    isMin0Sent: values.MinNumberOfDigits === 0 && !isAbsent(sent["MinNumberOfDigits"]),
    terminators: values.TerminatorDigits,
    // 0 attempts are one, as 0 plays are. Contract: leniency-repeat-zero
    attempts: Math.max(1, values.Repeat),
    firstDigitMs: timerDuration(values.RepeatDurationInMilliseconds),
    nextDigitMs: timerDuration(values.InBetweenDigitsDurationInMilliseconds),
  };
}

/** What a success reports besides the parameters. */
export const receivedDigits = object({
  ReceivedDigits: optional(text("text"), {
    description: "The keys, without the terminator; absent when none was pressed until time was up, and that is good.",
  }),
});
