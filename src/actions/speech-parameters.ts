import { systemException, type ActionError, type JsonObject, type PlaybackError } from "../call/index.ts";
import type { SpeechRequest } from "../speech/index.ts";
import { isAbsent } from "./numbers.ts";
import { readText } from "./text.ts";

const longestText = 1_000;

/** What `Text` and its companions mean; defaults filled in. Contract: actions sections 2.11, 2.12 */
export type CheckedSpeech =
  | { readonly type: "good"; readonly speech: SpeechRequest; readonly echo: JsonObject }
  | ({ readonly type: "bad" } & ActionError);

/** Reads `Text`, `TextType`, `Engine`, `VoiceId` and `LanguageCode` out of `parameters`. */
export function checkSpeech(parameters: JsonObject): CheckedSpeech {
  if (isAbsent(parameters["Text"])) return bad("MissingRequiredActionParameter", "Text is a required parameter.");
  const text = readText(parameters["Text"]);
  if (text === undefined) return bad("InvalidActionParameter", "Text must be a string.");
  if (text.length > longestText) return bad("MissingRequiredActionParameter", "Text is limited to 1,000 characters");

  const textType = readWord(parameters["TextType"], ["text", "ssml"], "text");
  if (textType === undefined) return bad("InvalidActionParameter", "TextType must be text or ssml.");
  const engine = readWord(parameters["Engine"], ["standard", "neural"], "standard");
  if (engine === undefined) return bad("InvalidActionParameter", "Engine must be standard or neural.");
  const voiceId = isAbsent(parameters["VoiceId"]) ? "Joanna" : parameters["VoiceId"];
  if (typeof voiceId !== "string") return bad("InvalidActionParameter", "VoiceId must be a string.");
  const languageCode = isAbsent(parameters["LanguageCode"]) ? undefined : parameters["LanguageCode"];
  if (languageCode !== undefined && typeof languageCode !== "string") {
    return bad("InvalidActionParameter", "LanguageCode must be a string.");
  }
  return {
    type: "good",
    speech: { text, textType, engine, voiceId, languageCode },
    echo: { ...parameters, Text: text, Engine: engine, TextType: textType, VoiceId: voiceId },
  };
}

function bad(errorType: string, errorMessage: string): CheckedSpeech {
  return { type: "bad", errorType, errorMessage };
}

function readWord<Word extends string>(value: unknown, words: readonly Word[], fallback: Word): Word | undefined {
  if (isAbsent(value)) return fallback;
  return typeof value === "string" ? words.find((word) => word === value.toLowerCase()) : undefined;
}

/** What an event shows when text could not be spoken. */
export function explainSpeechFailure(error: PlaybackError): ActionError {
  switch (error.code) {
    case "SPEECH_BAD_SSML":
    case "SPEECH_UNKNOWN_VOICE":
    case "SPEECH_UNSUPPORTED_LANGUAGE":
      return { errorType: "InvalidActionParameter", errorMessage: error.message };
    case "SPEECH_THROTTLED":
      return {
        errorType: "ActionExecutionThrottled",
        errorMessage: "Amazon Polly is throttling the request to synthesize speech.",
      };
    default:
      return systemException;
  }
}
