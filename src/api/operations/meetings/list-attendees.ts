import { defineOperation } from "../operation.ts";
import { readPage, type PageInput } from "../page.ts";
import { answerAttendee } from "./attendee-input.ts";
import { noMeeting } from "./find.ts";

interface Input extends PageInput {
  readonly MeetingId: string;
}

/** Pages through the attendees of a meeting, whether or not they take part, in order of creation. Contract: meetings-pages */
export const listAttendees = defineOperation<Input>("ListAttendees", async (input, { meetings }) => {
  const { rows, nextToken } = await readPage(input, async (page) => {
    const found = await meetings.listAttendees(input.MeetingId, page);
    if (found === undefined) throw noMeeting(input.MeetingId);
    return found;
  });
  return { Attendees: rows.map((attendee) => answerAttendee(attendee, meetings)), NextToken: nextToken };
});
