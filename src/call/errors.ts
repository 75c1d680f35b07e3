/** Codes of this room's errors. */
export const callErrors = {
  CALL_AUDIO_NOT_FOUND: "The object store has no such object.",
  CALL_AUDIO_TOO_LARGE: "The audio file is larger than 50 MB.",
  CALL_NO_ROUTE: "No trunk, connector or address of the configuration takes calls to this destination.",
  CALL_RECORDING_NOT_STORED: "A recording could not be put into the object store.",
  CALL_LEG_WITHOUT_MEDIA: "A leg that shall be recorded has no RTP session.",
} as const;
