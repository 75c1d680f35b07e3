/** What the speech room throws, with its meaning. */
export const speechErrors = {
  SPEECH_BAD_SSML: "The SSML is not well formed, or has a value that is not allowed; the message says where.",
  SPEECH_UNKNOWN_VOICE: "Amazon Polly has no voice of that id.",
  SPEECH_UNSUPPORTED_LANGUAGE: "Amazon Polly has no language of that code.",
  SPEECH_UNSPEAKABLE:
    "There are words, and no voice here can say anything of them; the message says which script they are in.",
  SPEECH_THROTTLED: "Too many texts wait to be spoken.",
  SPEECH_FAILED: "The speech engine failed or took too long.",
} as const;
