import { defineOperation } from "../operation.ts";
import { createBatch, type AttendeeInput } from "./attendee-input.ts";
import { answerMeeting, getOrCreateMeeting, type MeetingInput } from "./meeting-input.ts";

type Input = MeetingInput & { readonly Attendees: readonly AttendeeInput[] };

/** Makes a meeting with up to 20 attendees. Contract: meetings-batches */
export const createMeetingWithAttendees = defineOperation<Input>(
  "CreateMeetingWithAttendees",
  async (input, context, facts) => {
    const meeting = await getOrCreateMeeting(input, context);
    const batch = await createBatch(meeting.id, input.Attendees, context);
    return { Meeting: answerMeeting(meeting, context, facts), ...batch };
  },
);
