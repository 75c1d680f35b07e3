import {
  parametersOf,
  readParameters,
  type ActionContext,
  type ActionDefinition,
  type ActionError,
} from "../../call/index.ts";
import { invalidParameter } from "../parameters/invalid-parameter.ts";

const parameters = parametersOf({});

/** What stopping, pausing and resuming a background recording have in common: done at once, on a leg that is being recorded.
 * Contract: actions-call-recording, actions-call-recording-once */
export function recordingControl(
  type: string,
  change: "stop-call-recording" | "pause-call-recording" | "resume-call-recording",
): ActionDefinition<"checked", never> {
  return {
    type,
    parameters,
    answers: false,
    needs: "live",
    reportsMidList: false,
    interruptible: false,
    failsWhenLegLeaves: false,

    check(sent, context) {
      const read = readParameters(parameters, sent, context);
      return read.type === "bad" ? read : { type: "good", value: "checked", echo: read.echo };
    },
    start: (_value, { callRecording }) =>
      isRecorded(callRecording)
        ? { type: "succeeded", result: {}, effects: [{ do: change }] }
        : { type: "failed", ...invalidRecordingLeg("The leg is not being recorded."), effects: [] },
  };
}

/** The error when the background recording of the leg does not allow it. `why` is for the log. */
export function invalidRecordingLeg(why: string): ActionError {
  return invalidParameter("CallId parameter for action is invalid", why);
}

function isRecorded(callRecording: ActionContext["callRecording"]): boolean {
  return callRecording === "recording" || callRecording === "paused";
}
