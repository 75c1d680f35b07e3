import { defineAction } from "../call/index.ts";
import { invalidParameter } from "./invalid-parameter.ts";
import { readInteger } from "./numbers.ts";

/** Waits. An unanswered inbound leg goes on ringing, unless the operator decided otherwise. Contract: actions section 2.5 */
export const pause = defineAction<number, "waiting">({
  type: "Pause",
  answers: ({ pauseAnswers }) => pauseAnswers,
  needs: "live",
  reportsMidList: false,
  interruptible: true,
  failsWhenLegLeaves: false,

  check(parameters, { limits }) {
    const durationMs = readInteger(parameters["DurationInMilliseconds"]);
    if (durationMs === undefined || durationMs < limits.pauseMs.min || durationMs > limits.pauseMs.max) {
      return { type: "bad", ...invalidParameter("The Duration parameter is invalid.") };
    }
    return { type: "good", value: durationMs, echo: { ...parameters, DurationInMilliseconds: durationMs } };
  },
  start: (durationMs) => ({ type: "running", state: "waiting", effects: [{ do: "start-timer", delayMs: durationMs }] }),
  step: (_durationMs, _state, input) =>
    input.type === "timer" ? { type: "succeeded", result: {}, effects: [] } : undefined,
});
