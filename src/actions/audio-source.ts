import {
  systemException,
  type ActionError,
  type AudioSource,
  type JsonObject,
  type PlaybackError,
} from "../call/index.ts";
import { readText } from "./text.ts";

/** Reads `{ Type: "S3", BucketName, Key }`; undefined when a part is missing or wrong. Contract: actions section 1.5 */
export function readAudioSource(value: unknown): Extract<AudioSource, { type: "object" }> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const source = value as JsonObject;
  const bucket = readText(source["BucketName"]);
  const key = readText(source["Key"]);
  return source["Type"] === "S3" && bucket && key ? { type: "object", bucket, key } : undefined;
}

/** A source whose form, or whose file's form, is wrong. */
export const invalidAudioSource: ActionError = {
  errorType: "InvalidAudioSource",
  errorMessage: "Audio Source parameter value is invalid.",
};

const inaccessibleAudioSource: ActionError = {
  errorType: "InvalidAudioSource",
  errorMessage: "Cannot access S3 bucket or audio file.",
};

/** What an event shows when a stored file could not be played. */
export function explainAudioFailure(error: PlaybackError): ActionError {
  switch (error.code) {
    case "MEDIA_UNSUPPORTED_AUDIO":
    case "CALL_AUDIO_TOO_LARGE":
      return invalidAudioSource;
    case "CALL_AUDIO_NOT_FOUND":
    case "OBJECTS_UNAVAILABLE":
    case "OBJECTS_BAD_NAME":
      return inaccessibleAudioSource;
    default:
      return systemException;
  }
}
