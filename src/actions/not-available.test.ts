import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { driveCall } from "../testing/internal/call-driver.ts";
import { respond } from "../testing/internal/scripted-reply.ts";
import { speak } from "../testing/internal/wire-actions.ts";

const system = { ErrorType: "SystemException", ErrorMessage: "System error while running action" };
const cases = [
  [
    "JoinChimeMeeting",
    { JoinToken: "t", MeetingId: "m" },
    {
      ErrorType: "ErrorJoiningMeeting",
      ErrorMessage: "Error while joining meeting.",
      Error: "ErrorJoiningMeeting: Error while joining meeting.",
    },
  ],
  [
    "ModifyChimeMeetingAttendees",
    { Operation: "Mute", MeetingId: "m", AttendeeList: ["a"] },
    { ...system, ErrorList: [] },
  ],
  ["StartBotConversation", { BotAliasArn: "arn:aws:lex:us-east-1:111122223333:bot-alias/A/B" }, system],
] as const;
/** Named by its id in events of these actions, whatever was sent. Contract: events-echo-leg */
const namesLeg: readonly string[] = ["StartBotConversation"];

// Contract: actions-join-chime-meeting, actions-join-chime-meeting-fails, actions-modify-chime-meeting-attendees,
// actions-modify-chime-meeting-attendees-fails, actions-start-bot-conversation, actions-start-bot-conversation-fails
describe("actions that are not available yet", () => {
  for (const [type, parameters, failure] of cases) {
    it(`${type} fails clearly, answers nobody, says why in the log, and what is behind it does not run`, () => {
      const call = driveCall({ script: [respond([{ Type: type, Parameters: parameters }, speak()])] });

      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED"]);
      const { ActionData, CallDetails } = call.lastEvent();
      const leg = namesLeg.includes(type) ? { CallId: CallDetails.Participants[0]?.CallId } : {};
      assert.deepEqual(ActionData, {
        Type: type,
        Parameters: { ...parameters, ...leg, ParticipantTag: "LEG-A" },
        ...failure,
      });
      assert.equal(call.did("answer-leg").length + call.did("play-audio").length, 0);
      assert.match(
        call.did("warn")[0]?.message ?? "",
        new RegExp(`^LEG-A ${type} failed, .* not available in this version`),
      );
    });
  }

  it("JoinChimeMeeting without a token is a wrong parameter (Contract: actions-join-chime-meeting-fails)", () => {
    const call = driveCall({ script: [respond([{ Type: "JoinChimeMeeting", Parameters: { JoinToken: "" } }])] });

    const { ErrorType, ErrorMessage } = call.lastEvent().ActionData ?? {};
    assert.deepEqual([ErrorType, ErrorMessage], ["InvalidActionParameter", "JoinToken parameter value is invalid."]);
  });
});
