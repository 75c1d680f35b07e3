import { defineAction, parametersOf, readParameters, type JsonObject } from "../call/index.ts";
import { describeFound, object, required, type ReadContext } from "../contract/index.ts";
import { checkDigitCounts, digitFields, receivedDigits, toDigitRules } from "./digits/digit-rules.ts";
import {
  startGetDigits,
  stepGetDigits,
  stopGetDigits,
  type GetDigits,
  type GetDigitsState,
} from "./digits/get-digits.ts";
import { invalidParameter, missingParameter } from "./parameters/invalid-parameter.ts";
import {
  checkSsml,
  explainSpeechFailure,
  otherSpeechFields,
  speechFields,
  toSpeech,
  type OtherSpeechValues,
  type SpeechValues,
} from "./audio/speech-parameters.ts";

const parameters = parametersOf(
  {
    SpeechParameters: required(object(speechFields, [checkSsml]), {
      description: "The prompt of each attempt.",
      error: invalidParameter("SpeechParameters must be an object."),
      missing: missingParameter,
    }),
    FailureSpeechParameters: required(object(otherSpeechFields, [checkSsml]), {
      description: "Said after each attempt that failed, as SpeechParameters unless it says otherwise.",
      error: invalidParameter("FailureSpeechParameters must be an object."),
      missing: missingParameter,
    }),
    ...digitFields,
  },
  [checkDigitCounts, checkFailureSsml],
);

/** Says a text and gathers keys. Contract: actions-get-digits */
export const speakAndGetDigits = defineAction<GetDigits, GetDigitsState>({
  type: "SpeakAndGetDigits",
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
    const { SpeechParameters: speech, FailureSpeechParameters: failureSpeech } = read.values;
    const { Text: _text, ...style } = speech;
    const echoOf = (name: keyof typeof read.values) => withoutAbsent(read.echo[name] as JsonObject);
    return {
      type: "good",
      value: {
        prompt: { type: "speech", speech: toSpeech(speech) },
        failurePrompt: { type: "speech", speech: toSpeech(inVoiceOf(failureSpeech, speech)) },
        rules: toDigitRules(read.values, sent),
      },
      echo: {
        ...read.echo,
        SpeechParameters: echoOf("SpeechParameters"),
        FailureSpeechParameters: { ...withoutAbsent(style), ...echoOf("FailureSpeechParameters") },
      },
    };
  },
  prepare: ({ prompt, failurePrompt }) => [prompt, failurePrompt],
  start: startGetDigits,
  step: (value, state, input, context) => stepGetDigits(value, state, input, context, explainSpeechFailure),
  stop: stopGetDigits,
});

/** The other prompt is SSML too, unless it says otherwise. */
function checkFailureSsml(
  {
    SpeechParameters: speech,
    FailureSpeechParameters: failureSpeech,
  }: { readonly SpeechParameters: SpeechValues; readonly FailureSpeechParameters: OtherSpeechValues },
  context: ReadContext,
) {
  if (failureSpeech.TextType !== undefined) return undefined;
  const fault = checkSsml(inVoiceOf(failureSpeech, speech), context);
  const found = `${describeFound(failureSpeech.Text)} as SSML, as SpeechParameters.TextType has it`;
  return fault && { ...fault, found, field: "FailureSpeechParameters" };
}

/** Takes voice, engine and language from another speech where they are not set. */
function inVoiceOf(speech: OtherSpeechValues, other: SpeechValues): SpeechValues {
  const { Text, TextType, Engine, VoiceId, LanguageCode } = speech;
  return {
    Text,
    TextType: TextType ?? other.TextType,
    Engine: Engine ?? other.Engine,
    VoiceId: VoiceId ?? other.VoiceId,
    LanguageCode: LanguageCode ?? other.LanguageCode,
  };
}

/** What is said; what is not said of how to say it counts as absent. */
function withoutAbsent<T extends object>(speech: T): Partial<T> {
  const given = Object.entries(speech).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return Object.fromEntries(given) as Partial<T>;
}
