import { refuse } from "../../refuse.ts";

/** The refusal for a meeting that does not exist, or has ended. */
export function noMeeting(id: string): Error {
  return refuse(
    "API_NOT_FOUND",
    `There is no meeting with the id ${JSON.stringify(id)}: none was made, or it has ended.`,
  );
}

/** The refusal for an attendee that does not exist in the meeting. */
export function noAttendee(meetingId: string, attendeeId: string): Error {
  return refuse(
    "API_NOT_FOUND",
    `There is no attendee with the id ${JSON.stringify(attendeeId)} in the meeting ${JSON.stringify(meetingId)}.`,
  );
}
