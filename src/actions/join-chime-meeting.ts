import { defineAction } from "../call/index.ts";
import { invalidParameter } from "./invalid-parameter.ts";
import { readText } from "./text.ts";

/** Fails, since there are no meetings yet. Contract: actions sections 2.3, 4 row 4 */
export const joinChimeMeeting = defineAction<never>({
  type: "JoinChimeMeeting",
  answers: true,
  needs: "answered",
  reportsMidList: true,
  interruptible: false,
  failsWhenLegLeaves: true,

  check(parameters, { leg }) {
    const token = readText(parameters["JoinToken"]);
    if (token === undefined || token === "" || leg.tag !== "LEG-A") {
      return { type: "bad", ...invalidParameter("JoinToken parameter value is invalid.") };
    }
    const [errorType, errorMessage] = ["ErrorJoiningMeeting", "Error while joining meeting."];
    const why = "Meetings are not available in this version.";
    return { type: "bad", errorType, errorMessage, why, legacyError: `${errorType}: ${errorMessage}` };
  },
  start: (value) => value,
});
