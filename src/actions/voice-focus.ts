import { defineAction } from "../call/index.ts";
import { readBoolean } from "./booleans.ts";
import { invalidParameter } from "./invalid-parameter.ts";
import { isAbsent } from "./numbers.ts";

/** Takes note of the wish to suppress noise: parameters are checked, the sound stays as it is. Contract: actions sections 2.18, 4 row 30 */
export const voiceFocus = defineAction<"noted">({
  type: "VoiceFocus",
  answers: false,
  needs: "live",
  reportsMidList: false,
  interruptible: false,
  failsWhenLegLeaves: false,

  check(parameters) {
    const { Enable: sent } = parameters;
    if (isAbsent(sent)) {
      const errorMessage = "Missing required action parameter.";
      return { type: "bad", errorType: "MissingRequiredActionParameter", errorMessage };
    }
    const enable = readBoolean(sent);
    if (enable === undefined) return { type: "bad", ...invalidParameter("The Enable parameter is invalid.") };
    return { type: "good", value: "noted", echo: { ...parameters, Enable: enable } };
  },
  start: () => ({
    type: "succeeded",
    result: {},
    effects: [{ do: "warn-once", message: "VoiceFocus succeeds, but this server does not suppress noise yet" }],
  }),
});
