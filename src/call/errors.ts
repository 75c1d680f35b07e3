/** Codes of this room's errors. */
export const callErrors = {
  CALL_AUDIO_NOT_FOUND: "The object store has no such object, or the audio file is larger than 50 MB.",
} as const;
