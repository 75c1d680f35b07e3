import { defineAction, parametersOf, readParameters, type ActionError, type ActionProgress } from "../call/index.ts";
import { optional, required, text } from "../contract/index.ts";
import { valueIsInvalid } from "./parameters/invalid-parameter.ts";

interface JoinChimeMeeting {
  readonly joinToken: string;
  readonly meeting: string | undefined;
}

/** Most characters of a token, as the API has it. */
const longestToken = 2_048;
/** A room that has not said anything by then has failed. */
const longestJoinMs = 10_000;

const parameters = parametersOf({
  JoinToken: required(
    text("text", {
      maxLength: longestToken,
      // What was sent is a secret, so that it is not said.
      check: ({ length }) =>
        length > longestToken
          ? { found: `${length} characters`, allowed: `a token of at most ${longestToken} characters` }
          : undefined,
    }),
    {
      description: "The join token of the attendee as whom the caller takes part.",
      error: valueIsInvalid("JoinToken"),
    },
  ),
  MeetingId: optional(text("text"), {
    description: "The meeting; it must be the one of the token.",
    error: valueIsInvalid("JoinToken"),
  }),
});
const [errorType, errorMessage] = ["ErrorJoiningMeeting", "Error while joining meeting."];

/** Brings the caller into the meeting of an attendee's token. Contract: actions-join-chime-meeting, actions-join-chime-meeting-leg */
export const joinChimeMeeting = defineAction<JoinChimeMeeting, "joining">({
  type: "JoinChimeMeeting",
  parameters,
  everyFailure: { legacyError: `${errorType}: ${errorMessage}` },
  answers: true,
  needs: "answered",
  reportsMidList: true,
  interruptible: false,
  failsWhenLegLeaves: false,

  check(sent, context) {
    const { leg, partner } = context;
    if (leg.calledFor !== undefined) return bad("Only LEG-A can join a meeting.");
    if (partner !== undefined)
      return bad(`The call ${partner === "meeting" ? "is in a meeting" : "has a LEG-B"} already.`);
    const read = readParameters(parameters, sent, context);
    if (read.type === "bad") return read;
    const { JoinToken: joinToken, MeetingId: meeting } = read.values;
    return { type: "good", value: { joinToken, meeting }, echo: read.echo };
  },
  start: ({ joinToken, meeting }) => ({
    type: "running",
    state: "joining",
    effects: [
      { do: "join-meeting", joinToken, meeting },
      { do: "start-timer", delayMs: longestJoinMs },
    ],
  }),
  step(_value, _state, input) {
    switch (input.type) {
      case "partner-answered":
        return { type: "succeeded", result: {}, effects: [] };
      case "partner-failed":
        return failed(input.isOurs ? { ...notJoined, why: input.cause } : valueIsInvalid("JoinToken"));
      case "timer":
        return failed({ ...notJoined, why: `The meeting did not answer within ${longestJoinMs / 1_000} s.` });
      default:
        return undefined;
    }
  },
  stop: () => [{ do: "drop-partner" }],
});

/** Something failed on this side. Contract: actions-join-chime-meeting-fails */
const notJoined: ActionError = { errorType, errorMessage };

function bad(why: string) {
  return { type: "bad", ...valueIsInvalid("JoinToken"), why } as const;
}

function failed(error: ActionError): ActionProgress<"joining"> {
  return { type: "failed", ...error, effects: [{ do: "drop-partner" }] };
}
