import { defineOperation } from "../operation.ts";
import { answerMeeting, getOrCreateMeeting, type MeetingInput } from "./meeting-input.ts";

/** Makes a meeting that others can join at once. Contract: meetings-get-or-create */
export const createMeeting = defineOperation<MeetingInput>("CreateMeeting", async (input, context, facts) => {
  const meeting = await getOrCreateMeeting(input, context);
  return { Meeting: answerMeeting(meeting, context, facts) };
});
