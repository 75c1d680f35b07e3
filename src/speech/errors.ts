/** What the speech room throws, with its meaning. */
export const speechErrors = {
  SPEECH_BAD_SSML: "The SSML is not well formed, or has a value that is not allowed; the message says where.",
  SPEECH_UNKNOWN_VOICE: "Amazon Polly has no voice of that id.",
  SPEECH_UNSUPPORTED_LANGUAGE: "Amazon Polly has no language of that code.",
  SPEECH_NO_ENGINE: "No engine here speaks the language; the message says what to install.",
  SPEECH_UNSPEAKABLE:
    "There are words, and the voice can say nothing of them; the message says which script they are in.",
  SPEECH_TOO_LONG: "The text is longer than any that is spoken.",
  SPEECH_REFUSED: "Amazon Polly refuses the request, for example a voice that the engine does not have.",
  SPEECH_THROTTLED: "Too many texts wait to be spoken, or Amazon Polly takes no more requests now.",
  SPEECH_ACCESS_DENIED: "Amazon Polly does not take the credentials, or there are none.",
  SPEECH_UNAVAILABLE: "Amazon Polly cannot be reached, is too slow, or broke off.",
  SPEECH_FAILED: "The speech engine failed or took too long.",
} as const;
