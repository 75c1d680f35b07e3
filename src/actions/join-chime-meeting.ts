import { defineAction, parametersOf, readParameters } from "../call/index.ts";
import { optional, required, text } from "../contract/index.ts";
import { valueIsInvalid } from "./parameters/invalid-parameter.ts";

const parameters = parametersOf({
  JoinToken: required(text("text"), {
    description: "The join token of the attendee.",
    error: valueIsInvalid("JoinToken"),
  }),
  MeetingId: optional(text("text"), { description: "The meeting.", error: valueIsInvalid("JoinToken") }),
});
const [errorType, errorMessage] = ["ErrorJoiningMeeting", "Error while joining meeting."];
const unavailable = {
  ...{ errorType, errorMessage },
  why: "Meetings are not available in this version.",
  legacyError: `${errorType}: ${errorMessage}`,
};

/** Fails, since there are no meetings yet. Contract: actions-join-chime-meeting-fails, events-error-member */
export const joinChimeMeeting = defineAction<never>({
  type: "JoinChimeMeeting",
  parameters,
  unavailable,
  answers: true,
  needs: "answered",
  reportsMidList: true,
  interruptible: false,
  failsWhenLegLeaves: true,

  check(sent, context) {
    if (context.leg.calledFor !== undefined) return { type: "bad", ...valueIsInvalid("JoinToken") };
    const read = readParameters(parameters, sent, context);
    return read.type === "bad" ? read : { type: "bad", ...unavailable };
  },
  start: (value) => value,
});
