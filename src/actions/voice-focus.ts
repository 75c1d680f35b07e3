import { defineAction, parametersOf, readParameters } from "../call/index.ts";
import { required, truth } from "../contract/index.ts";
import { isInvalid, missingParameter } from "./parameters/invalid-parameter.ts";

const parameters = parametersOf({
  Enable: required(truth(), {
    description: "Whether noise shall be suppressed.",
    error: isInvalid("Enable"),
    missing: missingParameter,
  }),
});

/** Succeeds without an effect: noise is not suppressed. Contract: actions-voice-focus, actions-voice-focus-no-effect */
export const voiceFocus = defineAction<"noted">({
  type: "VoiceFocus",
  parameters,
  answers: false,
  needs: "live",
  reportsMidList: false,
  interruptible: false,
  failsWhenLegLeaves: false,

  check(sent, context) {
    const read = readParameters(parameters, sent, context);
    return read.type === "bad" ? read : { type: "good", value: "noted", echo: read.echo };
  },
  start: () => ({
    type: "succeeded",
    result: {},
    effects: [{ do: "warn-once", message: "VoiceFocus succeeds, but this server does not suppress noise yet" }],
  }),
});
