import { defineOperation } from "../operation.ts";
import { createBatch, type AttendeeInput } from "./attendee-input.ts";
import { noMeeting } from "./find.ts";

interface Input {
  readonly MeetingId: string;
  readonly Attendees: readonly AttendeeInput[];
}

/** Makes up to 100 attendees. Contract: meetings-batches */
export const batchCreateAttendee = defineOperation<Input>("BatchCreateAttendee", async (input, context) => {
  if ((await context.meetings.findMeeting(input.MeetingId)) === undefined) throw noMeeting(input.MeetingId);
  return createBatch(input.MeetingId, input.Attendees, context);
});
