import { defineAction, parametersOf, readParameters } from "../call/index.ts";
import { integer, object, required, text } from "../contract/index.ts";
import { inputPattern, invalidPattern } from "./digits/input-pattern.ts";
import { isInvalid } from "./parameters/invalid-parameter.ts";
import { timerDuration } from "./parameters/timer-duration.ts";

interface ReceiveDigits {
  readonly pattern: string;
  readonly betweenMs: number;
  readonly flushMs: number;
}

const parameters = parametersOf(
  {
    InBetweenDigitsDurationInMilliseconds: required(integer({ min: 1 }), {
      description: "So much silence after keys that match, and they are told.",
      error: isInvalid("InBetweenDigitsDurationInMilliseconds"),
    }),
    FlushDigitsDurationInMilliseconds: required(integer({ min: 1 }), {
      description: "Life of the collected keys, from the first; at least InBetweenDigitsDurationInMilliseconds.",
      error: isInvalid("FlushDigitsDurationInMilliseconds"),
    }),
    InputDigitsRegex: required(inputPattern, {
      description: "A regular expression that must be found in the keys; anywhere in them unless it has ^ and $.",
      error: invalidPattern,
    }),
  },
  [
    ({ InBetweenDigitsDurationInMilliseconds: between, FlushDigitsDurationInMilliseconds: flush }, { compatibility }) =>
      flush >= between || compatibility.acceptShortFlush
        ? undefined
        : { field: "FlushDigitsDurationInMilliseconds", allowed: `${between} (InBetweenDigits...) or more` },
  ],
);

/** Starts a listener for the keys of a leg, and succeeds at once. Contract: actions-receive-digits */
export const receiveDigits = defineAction<ReceiveDigits>({
  type: "ReceiveDigits",
  parameters,
  results: object({
    ReceivedDigits: required(text("text"), {
      description: "The keys that were told; none yet when it begins to listen.",
    }),
  }),
  answers: false,
  needs: "live",
  reportsMidList: false,
  interruptible: false,
  failsWhenLegLeaves: false,

  check(sent, context) {
    const read = readParameters(parameters, sent, context);
    if (read.type === "bad") return read;
    const { InputDigitsRegex: pattern } = read.values;
    const betweenMs = timerDuration(read.values.InBetweenDigitsDurationInMilliseconds);
    const flushMs = timerDuration(read.values.FlushDigitsDurationInMilliseconds);
    return { type: "good", value: { pattern, betweenMs, flushMs }, echo: read.echo };
  },
  start: (value) => ({
    type: "succeeded",
    result: { ReceivedDigits: "" },
    effects: [{ do: "listen-for-digits", ...value }],
  }),
});
