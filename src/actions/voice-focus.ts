import { defineAction, parametersOf, readParameters } from "../call/index.ts";
import { required, truth } from "../contract/index.ts";
import { isInvalid, missingParameter } from "./parameters/invalid-parameter.ts";

interface VoiceFocus {
  readonly isOn: boolean;
}

const parameters = parametersOf({
  Enable: required(truth(), {
    description: "Whether noise shall be suppressed.",
    error: isInvalid("Enable"),
    missing: missingParameter,
  }),
});

/** Takes noise out of what the party of the leg says, from now on or no more. Contract: actions-voice-focus, actions-voice-focus-effect */
export const voiceFocus = defineAction<VoiceFocus>({
  type: "VoiceFocus",
  parameters,
  answers: false,
  needs: "live",
  reportsMidList: false,
  interruptible: false,
  failsWhenLegLeaves: false,

  check(sent, context) {
    const read = readParameters(parameters, sent, context);
    return read.type === "bad" ? read : { type: "good", value: { isOn: read.values.Enable }, echo: read.echo };
  },
  start: ({ isOn }) => ({ type: "succeeded", result: {}, effects: [{ do: "suppress-noise", isOn }] }),
});
