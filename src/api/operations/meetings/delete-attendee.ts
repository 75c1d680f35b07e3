import { defineOperation } from "../operation.ts";
import { noAttendee, noMeeting } from "./find.ts";

interface Input {
  readonly MeetingId: string;
  readonly AttendeeId: string;
}

/** Removes an attendee, who is disconnected and whose token is void. Contract: meetings-attendee-deleted */
export const deleteAttendee = defineOperation<Input>(
  "DeleteAttendee",
  async ({ MeetingId, AttendeeId }, { meetings }) => {
    if (await meetings.deleteAttendee(MeetingId, AttendeeId)) return undefined;
    const isThere = (await meetings.findMeeting(MeetingId)) !== undefined;
    throw isThere ? noAttendee(MeetingId, AttendeeId) : noMeeting(MeetingId);
  },
);
