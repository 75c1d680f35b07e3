import { refuse } from "../../refuse.ts";
import { defineOperation, type OperationContext } from "../operation.ts";
import { noMeeting } from "./find.ts";

interface Input {
  readonly MeetingId: string;
}

/** There is no engine that could transcribe. Contract: meetings-transcription */
export const startMeetingTranscription = defineOperation<Input>(
  "StartMeetingTranscription",
  async ({ MeetingId }, context) => {
    await findMeeting(MeetingId, context);
    throw refuse("API_UNPROCESSABLE", "Transcription is not available in this server: it has no engine for it.");
  },
);

/** None runs, so there is nothing to stop. Contract: meetings-transcription */
export const stopMeetingTranscription = defineOperation<Input>(
  "StopMeetingTranscription",
  async ({ MeetingId }, context) => {
    await findMeeting(MeetingId, context);
    return undefined;
  },
);

async function findMeeting(id: string, { meetings }: OperationContext): Promise<void> {
  if ((await meetings.findMeeting(id)) === undefined) throw noMeeting(id);
}
