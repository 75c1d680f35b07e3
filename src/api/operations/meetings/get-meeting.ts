import { defineOperation } from "../operation.ts";
import { noMeeting } from "./find.ts";
import { answerMeeting } from "./meeting-input.ts";

/** Reads a meeting that has not ended. */
export const getMeeting = defineOperation<{ readonly MeetingId: string }>(
  "GetMeeting",
  async ({ MeetingId }, context, facts) => {
    const meeting = await context.meetings.findMeeting(MeetingId);
    if (meeting === undefined) throw noMeeting(MeetingId);
    return { Meeting: answerMeeting(meeting, context, facts) };
  },
);
