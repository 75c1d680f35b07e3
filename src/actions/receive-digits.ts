import { defineAction } from "../call/index.ts";
import { readDuration } from "./durations.ts";
import { readPattern } from "./input-pattern.ts";
import { invalidParameter } from "./invalid-parameter.ts";

interface ReceiveDigits {
  readonly pattern: string;
  readonly betweenMs: number;
  readonly flushMs: number;
}

/** Has the engine hear the keys of a leg from now on, and is done. Contract: actions sections 2.8, 4 rows 17 to 20 */
export const receiveDigits = defineAction<ReceiveDigits>({
  type: "ReceiveDigits",
  answers: false,
  needs: "live",
  reportsMidList: false,
  interruptible: false,
  failsWhenLegLeaves: false,

  check(parameters) {
    const between = readDuration(parameters["InBetweenDigitsDurationInMilliseconds"]);
    if (between === undefined) return wrong("InBetweenDigitsDurationInMilliseconds");
    const flush = readDuration(parameters["FlushDigitsDurationInMilliseconds"]);
    if (flush === undefined || flush.sent < between.sent) return wrong("FlushDigitsDurationInMilliseconds");
    const pattern = readPattern(parameters["InputDigitsRegex"]);
    if (typeof pattern === "object") return { type: "bad", ...pattern };
    return {
      type: "good",
      value: { pattern, betweenMs: between.durationMs, flushMs: flush.durationMs },
      echo: {
        ...parameters,
        InputDigitsRegex: pattern,
        InBetweenDigitsDurationInMilliseconds: between.sent,
        FlushDigitsDurationInMilliseconds: flush.sent,
      },
    };
  },
  start: (value) => ({
    type: "succeeded",
    result: { ReceivedDigits: "" },
    effects: [{ do: "listen-for-digits", ...value }],
  }),
});

function wrong(name: string) {
  return { type: "bad", ...invalidParameter(`The ${name} parameter is invalid.`) } as const;
}
