import {
  defineAction,
  invalidLeg,
  parametersOf,
  readParameters,
  systemException,
  type ActionError,
  type CheckContext,
} from "../call/index.ts";
import { list, required, text, keyword } from "../contract/index.ts";
import { invalidParameter } from "./parameters/invalid-parameter.ts";

interface ModifyChimeMeetingAttendees {
  readonly isMuted: boolean;
  readonly meeting: string;
  readonly attendees: readonly string[];
}

interface Muting {
  readonly muteId: string;
}

/** A room that has not said anything by then has failed. */
const longestWaitMs = 10_000;

const invalidMeeting = invalidParameter("Meeting ID parameter value is invalid.");
const parameters = parametersOf({
  Operation: required(keyword(["Mute", "Unmute"]), {
    description: "What to do to the attendees.",
    error: invalidParameter("The ModifyChimeMeetingAttendees Operation parameter value is invalid"),
  }),
  MeetingId: required(text("text"), { description: "The meeting that the call has joined.", error: invalidMeeting }),
  AttendeeList: required(list(text("text"), { min: 1, max: 100 }), {
    description: "The ids of the attendees, all of this meeting and on the telephone.",
    error: invalidParameter("Attendee List parameter value is invalid."),
  }),
});
const notConnected = invalidParameter("Invalid action on the call.");
const noMeeting = invalidParameter("Call is not connected to Chime Meeting.");
const notAttendees = invalidParameter(
  "One or more attendees are not part of this meeting. All attendees must be part of this meeting.",
);

/** Mutes attendees of the call's meeting who take part by telephone, or ends that. Contract: actions-modify-chime-meeting-attendees,
 * actions-modify-chime-meeting-attendees-fails */
export const modifyChimeMeetingAttendees = defineAction<ModifyChimeMeetingAttendees, Muting>({
  type: "ModifyChimeMeetingAttendees",
  parameters,
  everyFailure: { details: { ErrorList: [] } },
  answers: false,
  needs: "known",
  legs: "meeting",
  withoutLeg: notConnected,
  reportsMidList: true,
  interruptible: false,
  failsWhenLegLeaves: false,

  check(sent, context) {
    const read = readParameters(parameters, sent, context);
    if (read.type === "bad") return read;
    const error = whyNoMeeting(context);
    if (error !== undefined) return { type: "bad", ...error };
    const { Operation, MeetingId, AttendeeList: attendees } = read.values;
    const meeting = context.leg.meeting?.meetingId ?? "";
    // As in the API, where ids are UUIDs.
    if (MeetingId.toLowerCase() !== meeting.toLowerCase())
      return { type: "bad", ...invalidMeeting, cause: "the call is in another meeting" };
    return { type: "good", value: { isMuted: Operation === "Mute", meeting, attendees }, echo: read.echo };
  },
  start({ isMuted, meeting, attendees }, { newMuteId }) {
    const muteId = newMuteId();
    return {
      type: "running",
      state: { muteId },
      effects: [
        { do: "mute-attendees", muteId, meeting, attendees, isMuted },
        { do: "start-timer", delayMs: longestWaitMs },
      ],
    };
  },
  step(_value, { muteId }, input) {
    if (input.type === "timer") {
      const why = `The meeting did not answer within ${longestWaitMs / 1_000} s.`;
      return { type: "failed", ...systemException, why, effects: [] };
    }
    if (!("muteId" in input) || input.muteId !== muteId) return undefined;
    if (input.type === "attendees-not-muted") return { type: "failed", ...systemException, effects: [] };
    const { unknown } = input;
    if (unknown.length > 0) return { type: "failed", ...notAttendees, details: { ErrorList: unknown }, effects: [] };
    return { type: "succeeded", result: {}, effects: [] };
  },
});

/** Why the leg is not the meeting that the call is in; undefined when it is. */
function whyNoMeeting({ leg, partner }: CheckContext): ActionError | undefined {
  const isUp = leg.state.type === "answered";
  if (isUp && leg.kind === "meeting") return undefined;
  if (partner === "meeting") return { ...invalidLeg, cause: "LEG-A is no meeting" };
  const isBridged = isUp && (partner !== undefined || leg.calledFor !== undefined);
  return isBridged ? noMeeting : notConnected;
}
