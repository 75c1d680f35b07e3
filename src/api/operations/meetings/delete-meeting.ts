import { defineOperation } from "../operation.ts";
import { noMeeting } from "./find.ts";

/** Ends a meeting: all who take part are disconnected, and nobody can join. Contract: meetings-deleted */
export const deleteMeeting = defineOperation<{ readonly MeetingId: string }>(
  "DeleteMeeting",
  async ({ MeetingId }, { meetings }) => {
    if (!(await meetings.endMeeting(MeetingId, "deleted"))) throw noMeeting(MeetingId);
    return undefined;
  },
);
