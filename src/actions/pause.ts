import { defineAction, parametersOf, readParameters } from "../call/index.ts";
import { integer, required } from "../contract/index.ts";
import { isInvalid } from "./parameters/invalid-parameter.ts";

const parameters = parametersOf({
  DurationInMilliseconds: required(
    integer(({ pauseMs }) => pauseMs),
    { description: "How long.", error: isInvalid("Duration") },
  ),
});

/** Waits. An unanswered inbound leg goes on ringing, unless the operator decided otherwise. Contract: actions-pause, actions-pause-duration,
 * actions-pause-unanswered */
export const pause = defineAction<number, "waiting">({
  type: "Pause",
  parameters,
  answers: ({ pauseAnswers }) => pauseAnswers,
  needs: "live",
  reportsMidList: false,
  interruptible: true,
  failsWhenLegLeaves: false,

  check(sent, context) {
    const read = readParameters(parameters, sent, context);
    return read.type === "bad" ? read : { type: "good", value: read.values.DurationInMilliseconds, echo: read.echo };
  },
  start: (durationMs) => ({ type: "running", state: "waiting", effects: [{ do: "start-timer", delayMs: durationMs }] }),
  step: (_durationMs, _state, input) =>
    input.type === "timer" ? { type: "succeeded", result: {}, effects: [] } : undefined,
});
