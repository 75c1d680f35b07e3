import { defineAction, type ActionError, type JsonObject } from "../call/index.ts";
import { checkDigitRules } from "./digit-rules.ts";
import { startGetDigits, stepGetDigits, stopGetDigits, type GetDigits, type GetDigitsState } from "./get-digits.ts";
import { invalidParameter } from "./invalid-parameter.ts";
import { isAbsent } from "./numbers.ts";
import { checkSpeech, explainSpeechFailure, type CheckedSpeech } from "./speech-parameters.ts";

/** Says a text and gathers keys. Contract: actions section 2.12 */
export const speakAndGetDigits = defineAction<GetDigits, GetDigitsState>({
  type: "SpeakAndGetDigits",
  answers: true,
  needs: "answered",
  reportsMidList: true,
  interruptible: false,
  failsWhenLegLeaves: true,

  check(parameters) {
    const speech = checkSpeechOf(parameters, "SpeechParameters", {});
    if (speech.type === "bad") return speech;
    const failureSpeech = checkSpeechOf(parameters, "FailureSpeechParameters", speech.echo);
    if (failureSpeech.type === "bad") return failureSpeech;
    const digits = checkDigitRules(parameters);
    if (digits.type === "bad") return digits;
    const spoken = { SpeechParameters: speech.echo, FailureSpeechParameters: failureSpeech.echo };
    return {
      type: "good",
      value: {
        prompt: { type: "speech", speech: speech.speech },
        failurePrompt: { type: "speech", speech: failureSpeech.speech },
        rules: digits.rules,
      },
      echo: { ...parameters, ...spoken, ...digits.echo },
    };
  },
  prepare: ({ prompt, failurePrompt }) => [prompt, failurePrompt],
  start: startGetDigits,
  step: (value, state, input, context) => stepGetDigits(value, state, input, context, explainSpeechFailure),
  stop: stopGetDigits,
});

const required: ActionError = {
  errorType: "MissingRequiredActionParameter",
  errorMessage: "Missing required action parameter.",
};

/** What is not said about how to speak is as in `defaults`. */
function checkSpeechOf(parameters: JsonObject, name: string, defaults: JsonObject): CheckedSpeech {
  const sent = parameters[name];
  if (isAbsent(sent)) return { type: "bad", ...required };
  if (typeof sent !== "object" || Array.isArray(sent)) {
    return { type: "bad", ...invalidParameter(`${name} must be an object.`) };
  }
  const given = Object.entries(sent).filter(([, value]) => !isAbsent(value));
  const { Engine, LanguageCode, TextType, VoiceId } = defaults;
  const inherited = Object.entries({ Engine, LanguageCode, TextType, VoiceId }).filter(([, value]) => !isAbsent(value));
  return checkSpeech(Object.fromEntries([...inherited, ...given]));
}
