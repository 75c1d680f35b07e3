import { defineAction, parametersOf, readParameters, systemException } from "../call/index.ts";
import { list, required, text, keyword } from "../contract/index.ts";
import { invalidParameter } from "./parameters/invalid-parameter.ts";

const parameters = parametersOf({
  Operation: required(keyword(["Mute", "Unmute"]), {
    description: "What to do to the attendees.",
    error: invalidParameter("The ModifyChimeMeetingAttendees Operation parameter value is invalid"),
  }),
  MeetingId: required(text("text"), {
    description: "The meeting that the call has joined.",
    error: invalidParameter("Meeting ID parameter value is invalid."),
  }),
  AttendeeList: required(list(text("text"), { min: 1, max: 100 }), {
    description: "The ids of the attendees, all of this meeting.",
    error: invalidParameter("Attendee List parameter value is invalid."),
  }),
});
const details = { ErrorList: [] };
const unavailable = { ...systemException, why: "Meetings are not available in this version.", details };

/** Fails, since there are no meetings yet. Contract: actions-modify-chime-meeting-attendees-fails */
export const modifyChimeMeetingAttendees = defineAction<never>({
  type: "ModifyChimeMeetingAttendees",
  parameters,
  unavailable,
  answers: false,
  needs: "live",
  reportsMidList: true,
  interruptible: false,
  failsWhenLegLeaves: true,

  check(sent, context) {
    const read = readParameters(parameters, sent, context);
    return read.type === "bad" ? { ...read, details } : { type: "bad", ...unavailable };
  },
  start: (value) => value,
});
