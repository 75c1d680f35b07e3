import { defineOperation } from "../operation.ts";
import { readPage, type PageInput } from "../page.ts";
import { answerMeeting } from "./meeting-input.ts";

/** Pages through the meetings that have not ended; clients of the former namespace ask for it. Contract: meetings-old-namespace */
export const listMeetings = defineOperation<PageInput>("ListMeetings", async (input, context, facts) => {
  const { rows, nextToken } = await readPage(input, (page) => context.meetings.listMeetings(page));
  return { Meetings: rows.map((meeting) => answerMeeting(meeting, context, facts)), NextToken: nextToken };
});
