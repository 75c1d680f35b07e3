/** Codes of this room's errors. */
export const callErrors = {
  CALL_AUDIO_NOT_FOUND: "The object store has no such object.",
  CALL_AUDIO_TOO_LARGE: "The audio file is larger than 50 MB.",
  CALL_NO_ROUTE: "No trunk, connector or address of the configuration takes calls to this destination.",
} as const;
