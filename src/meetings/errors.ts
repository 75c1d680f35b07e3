/** What this room throws. Source: docs/errors.md lists every code. */
export const meetingErrors = {
  MEETINGS_BAD_SECRET: "The file that join tokens are made from cannot be read or made, or is not one of ours.",
} as const;

/** A code of this room. */
export type MeetingErrorCode = keyof typeof meetingErrors;
