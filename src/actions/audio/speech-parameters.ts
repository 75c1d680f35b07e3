import { systemException, type ActionError, type PlaybackError } from "../../call/index.ts";
import {
  optional,
  defaulted,
  required,
  text,
  keyword,
  type Fields,
  type ReadContext,
  type Refusal,
  type ValuesOf,
} from "../../contract/index.ts";
import type { SpeechRequest } from "../../speech/index.ts";
import { invalidParameter } from "../parameters/invalid-parameter.ts";

const longestText = 1_000;
const missingParameter = (errorMessage: string) => ({ errorType: "MissingRequiredActionParameter", errorMessage });
const textTypes = keyword(["text", "ssml"], { anyCase: true });
const engines = keyword(["standard", "neural", "long-form", "generative"], { anyCase: true });

const said = {
  Text: {
    description: "What is said: up to 1,000 characters, plain or as an SSML document.",
    error: invalidParameter("Text must be a string."),
    missing: missingParameter("Text is a required parameter."),
  },
  TextType: {
    description: "Whether Text is plain or SSML.",
    error: invalidParameter("TextType must be text or ssml."),
  },
  Engine: {
    description: "The engine of Amazon Polly; voices of this server have one.",
    error: invalidParameter("Engine must be standard, neural, long-form or generative."),
  },
  VoiceId: { description: "A voice of Amazon Polly.", error: invalidParameter("VoiceId must be a string.") },
  LanguageCode: {
    description: "The language of a voice that has two; default: the voice's own.",
    error: invalidParameter("LanguageCode must be a string."),
  },
} as const;
const voiceId = text("none", { check: (id, { whyUnspeakable }) => refusal(whyUnspeakable?.("voice", id)) });
const languageCode = text("none", { check: (code, { whyUnspeakable }) => refusal(whyUnspeakable?.("language", code)) });
const spokenText = required(text("text", { maxLength: longestText, check: checkLength }), said.Text);

/** What is said and how, with defaults. Contract: actions-speak */
export const speechFields = {
  Text: spokenText,
  TextType: defaulted(textTypes, { ...said.TextType, default: "text" }),
  Engine: defaulted(engines, { ...said.Engine, default: "standard" }),
  VoiceId: defaulted(voiceId, { ...said.VoiceId, default: "Joanna" }),
  LanguageCode: optional(languageCode, said.LanguageCode),
} satisfies Fields;

/** The same where the defaults are those of another speech. Contract: actions-get-digits */
export const otherSpeechFields = {
  Text: spokenText,
  TextType: optional(textTypes, said.TextType),
  Engine: optional(engines, said.Engine),
  VoiceId: optional(voiceId, said.VoiceId),
  LanguageCode: optional(languageCode, said.LanguageCode),
} satisfies Fields;

function checkLength(spoken: string): Refusal | undefined {
  if (spoken.length <= longestText) return undefined;
  const error = missingParameter("Text is limited to 1,000 characters");
  return { found: `${spoken.length} characters`, allowed: `at most ${longestText}`, error };
}

/** A rule of both: the document is SSML, if it is said to be. */
export function checkSsml(
  { Text, TextType }: { readonly Text: string; readonly TextType: "text" | "ssml" | undefined },
  { whyUnspeakable }: ReadContext,
): (Refusal & { readonly field: string }) | undefined {
  const fault = TextType === "ssml" ? refusal(whyUnspeakable?.("ssml", Text)) : undefined;
  return fault && { ...fault, field: "Text" };
}

/** The action fails with the same words when it is spoken. */
function refusal(why: string | undefined): Refusal | undefined {
  return why === undefined ? undefined : { why, error: invalidParameter(why) };
}

/** What was read of a speech. */
export type SpeechValues = ValuesOf<typeof speechFields>;

/** What was read of one whose defaults are those of another. */
export type OtherSpeechValues = ValuesOf<typeof otherSpeechFields>;

/** A speech as the speech room takes it. */
export function toSpeech({ Text, TextType, Engine, VoiceId, LanguageCode }: SpeechValues): SpeechRequest {
  return { text: Text, textType: TextType, engine: Engine, voiceId: VoiceId, languageCode: LanguageCode };
}

/** What an event shows when text could not be spoken. */
export function explainSpeechFailure(error: PlaybackError): ActionError {
  switch (error.code) {
    case "SPEECH_BAD_SSML":
    case "SPEECH_UNKNOWN_VOICE":
    case "SPEECH_UNSUPPORTED_LANGUAGE":
    case "SPEECH_NO_ENGINE":
    case "SPEECH_UNSPEAKABLE":
    case "SPEECH_TOO_LONG":
    case "SPEECH_REFUSED":
      return { errorType: "InvalidActionParameter", errorMessage: error.message };
    case "SPEECH_THROTTLED":
      return {
        errorType: "ActionExecutionThrottled",
        errorMessage: "Amazon Polly is throttling the request to synthesize speech.",
      };
    case "SPEECH_ACCESS_DENIED":
      return {
        errorType: "AccessDenied",
        errorMessage: "The AWSServiceRoleForAmazonChimeVoiceConnector service-linked role is not configured correctly.",
      };
    default:
      return systemException;
  }
}
