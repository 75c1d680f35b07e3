import { defineAction, parametersOf, readParameters } from "../call/index.ts";
import { required } from "../contract/index.ts";
import { explainAudioFailure, invalidAudioSource, storedAudio, toAudioSource } from "./audio/audio-source.ts";
import { checkDigitCounts, digitFields, receivedDigits, toDigitRules } from "./digits/digit-rules.ts";
import {
  startGetDigits,
  stepGetDigits,
  stopGetDigits,
  type GetDigits,
  type GetDigitsState,
} from "./digits/get-digits.ts";

const parameters = parametersOf(
  {
    AudioSource: required(storedAudio, { description: "The prompt of each attempt.", error: invalidAudioSource }),
    FailureAudioSource: required(storedAudio, {
      description: "Played after each attempt that failed.",
      error: invalidAudioSource,
    }),
    ...digitFields,
  },
  [checkDigitCounts],
);

/** Plays a stored WAV file and gathers keys. Contract: actions-get-digits */
export const playAudioAndGetDigits = defineAction<GetDigits, GetDigitsState>({
  type: "PlayAudioAndGetDigits",
  parameters,
  results: receivedDigits,
  answers: true,
  needs: "answered",
  reportsMidList: true,
  interruptible: false,
  failsWhenLegLeaves: true,

  check(sent, context) {
    const read = readParameters(parameters, sent, context);
    if (read.type === "bad") return read;
    const { AudioSource: prompt, FailureAudioSource: failurePrompt } = read.values;
    const rules = toDigitRules(read.values, sent);
    const value = { prompt: toAudioSource(prompt), failurePrompt: toAudioSource(failurePrompt), rules };
    return { type: "good", value, echo: read.echo };
  },
  prepare: ({ prompt, failurePrompt }) => [prompt, failurePrompt],
  start: startGetDigits,
  step: (value, state, input, context) => stepGetDigits(value, state, input, context, explainAudioFailure),
  stop: stopGetDigits,
});
