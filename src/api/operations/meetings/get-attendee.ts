import { defineOperation } from "../operation.ts";
import { answerAttendee } from "./attendee-input.ts";
import { noAttendee, noMeeting } from "./find.ts";

interface Input {
  readonly MeetingId: string;
  readonly AttendeeId: string;
}

/** Reads an attendee, with the same token each time. Contract: meetings-tokens */
export const getAttendee = defineOperation<Input>("GetAttendee", async ({ MeetingId, AttendeeId }, { meetings }) => {
  if ((await meetings.findMeeting(MeetingId)) === undefined) throw noMeeting(MeetingId);
  const attendee = await meetings.findAttendee(MeetingId, AttendeeId);
  if (attendee === undefined) throw noAttendee(MeetingId, AttendeeId);
  return { Attendee: answerAttendee(attendee, meetings) };
});
