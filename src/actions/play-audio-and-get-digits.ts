import { defineAction } from "../call/index.ts";
import { explainAudioFailure, invalidAudioSource, readAudioSource } from "./audio-source.ts";
import { checkDigitRules } from "./digit-rules.ts";
import { startGetDigits, stepGetDigits, stopGetDigits, type GetDigits, type GetDigitsState } from "./get-digits.ts";

/** Plays a stored WAV file and gathers keys. Contract: actions section 2.7 */
export const playAudioAndGetDigits = defineAction<GetDigits, GetDigitsState>({
  type: "PlayAudioAndGetDigits",
  answers: true,
  needs: "answered",
  reportsMidList: true,
  interruptible: false,
  failsWhenLegLeaves: true,

  check(parameters) {
    const prompt = readAudioSource(parameters["AudioSource"]);
    const failurePrompt = readAudioSource(parameters["FailureAudioSource"]);
    if (prompt === undefined || failurePrompt === undefined) return { type: "bad", ...invalidAudioSource };
    const digits = checkDigitRules(parameters);
    if (digits.type === "bad") return digits;
    return {
      type: "good",
      value: { prompt, failurePrompt, rules: digits.rules },
      echo: { ...parameters, ...digits.echo },
    };
  },
  prepare: ({ prompt, failurePrompt }) => [prompt, failurePrompt],
  start: startGetDigits,
  step: (value, state, input, context) => stepGetDigits(value, state, input, context, explainAudioFailure),
  stop: stopGetDigits,
});
