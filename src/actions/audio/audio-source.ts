import { systemException, type ActionError, type AudioSource, type PlaybackError } from "../../call/index.ts";
import { object, required, text, keyword } from "../../contract/index.ts";

/** A stored file as functions name it. Contract: actions-audio-source */
export const storedAudio = object({
  Type: required(keyword(["S3"]), { description: "Where the file is: always S3." }),
  BucketName: required(text("name"), { description: "The bucket." }),
  Key: required(text("name"), { description: "The key of a WAV file in it." }),
});

/** What was read of such a file, as something to play. */
export function toAudioSource({ BucketName, Key }: { readonly BucketName: string; readonly Key: string }): AudioSource {
  return { type: "object", bucket: BucketName, key: Key };
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
    case "OBJECTS_TOO_LARGE":
      return invalidAudioSource;
    case "CALL_AUDIO_NOT_FOUND":
    case "OBJECTS_AWAY":
    case "OBJECTS_UNAVAILABLE":
    case "OBJECTS_BAD_NAME":
      return inaccessibleAudioSource;
    default:
      return systemException;
  }
}
