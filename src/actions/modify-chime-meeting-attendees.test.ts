import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { drivenMeeting } from "../testing/internal/call-performer.ts";
import { driveCall, drivenLegId, type CallDriver, type CallDriverOptions } from "../testing/internal/call-driver.ts";
import { respond, type WireAction } from "../testing/internal/scripted-reply.ts";
import {
  callAndBridge,
  hangup,
  joinChimeMeeting,
  modifyChimeMeetingAttendees as modify,
  playAudio,
} from "../testing/internal/wire-actions.ts";

/** A call that has joined a meeting, and whose function answers the success with these actions. */
function inMeeting(actions: readonly WireAction[], options: CallDriverOptions = {}): CallDriver {
  return driveCall({ script: [respond([joinChimeMeeting()]), respond(actions)], ...options });
}

/** The same, and the outcome of muting is given by hand. */
function muting(actions: readonly WireAction[]): CallDriver {
  const call = inMeeting(actions, { meetings: "by-hand" });
  const legId = call.did("join-meeting")[0]?.legId ?? drivenLegId;
  call.give({ type: "meeting-joined", legId, ...drivenMeeting });
  return call;
}

function failureOf(call: CallDriver) {
  const event = call.lastEvent();
  assert.equal(event.InvocationEventType, "ACTION_FAILED");
  const { Type: _type, Parameters: _parameters, ...error } = event.ActionData ?? {};
  return error;
}

const invalid = (ErrorMessage: string, ErrorList: readonly string[] = []) => ({
  ErrorType: "InvalidActionParameter",
  ErrorMessage,
  ErrorList,
});
const system = {
  ErrorType: "SystemException",
  ErrorMessage: "System error while running action",
  ErrorList: [],
};
const wrongLeg = invalid("CallId or ParticipantTag parameter for action is invalid.");

// Contract: actions-modify-chime-meeting-attendees, actions-modify-chime-meeting-attendees-fails
describe("ModifyChimeMeetingAttendees", () => {
  for (const [Operation, isMuted] of [
    ["Mute", true],
    ["Unmute", false],
  ] as const) {
    it(`${Operation} is passed on, and reported at once with what was sent; the rest of the list goes on after it (Contract: actions-modify-chime-meeting-attendees)`, () => {
      const AttendeeList = [drivenMeeting.attendeeId, "another"];
      const call = inMeeting([
        modify({ Operation, AttendeeList }),
        playAudio("muted.wav", { ParticipantTag: "LEG-A" }),
      ]);

      const [{ legId, meeting, attendees, isMuted: isAskedFor } = { legId: drivenLegId }] = call.did("mute-attendees");
      assert.deepEqual(
        { meeting, attendees, isAskedFor },
        {
          ...{ meeting: drivenMeeting.meetingId, attendees: AttendeeList },
          isAskedFor: isMuted,
        },
      );
      assert.equal(legId, call.did("join-meeting")[0]?.legId);
      assert.deepEqual(call.lastEvent().ActionData, {
        Type: "ModifyChimeMeetingAttendees",
        Parameters: { Operation, MeetingId: drivenMeeting.meetingId, AttendeeList, ParticipantTag: "LEG-B" },
      });
      assert.equal(call.did("play-audio")[0]?.legId, drivenLegId);
    });
  }

  it("means the meeting when it names no leg, whatever the event was about (Contract: actions-leg-meeting)", () => {
    const call = inMeeting([modify({ ParticipantTag: "" })]);

    assert.equal(call.lastEvent().ActionData?.Parameters["ParticipantTag"], "LEG-B");
    assert.equal(call.lastEvent().InvocationEventType, "ACTION_SUCCESSFUL");
  });

  it("takes the id of the meeting in any capitals, and shows it as it was sent", () => {
    const MeetingId = drivenMeeting.meetingId.toUpperCase();
    const call = inMeeting([modify({ MeetingId })]);

    assert.equal(call.did("mute-attendees")[0]?.meeting, drivenMeeting.meetingId);
    assert.equal(call.lastEvent().ActionData?.Parameters["MeetingId"], MeetingId);
  });

  it("takes the meeting by its CallId", () => {
    const call = driveCall({
      script: (event) => {
        const b = event.CallDetails.Participants[1];
        if (event.Sequence === 1) return respond([joinChimeMeeting()]);
        return respond(event.Sequence === 2 ? [modify({ ParticipantTag: undefined, CallId: b?.CallId })] : []);
      },
    });

    assert.equal(call.lastEvent().InvocationEventType, "ACTION_SUCCESSFUL");
    assert.equal(call.lastEvent().ActionData?.Parameters["CallId"], call.did("join-meeting")[0]?.legId);
  });

  it("an action behind it that names no leg means the telephone (Contract: actions-leg-meeting)", () => {
    const call = inMeeting([], {
      script: [respond([joinChimeMeeting()]), respond([modify()]), respond([playAudio("muted.wav")])],
    });

    call.advance(1_000);

    assert.equal(call.did("play-audio")[0]?.legId, drivenLegId);
    assert.deepEqual(call.eventTypes().slice(-1), ["ACTION_SUCCESSFUL"]);
  });

  it("with somebody who is not there fails, and names whom (Contract: actions-modify-chime-meeting-attendees-list)", () => {
    const call = muting([modify({ AttendeeList: ["a", "b", "c"] })]);
    const muteId = call.did("mute-attendees")[0]?.muteId ?? "";

    call.give({ type: "attendees-muted", muteId, unknown: ["a", "c"] });

    const text = "One or more attendees are not part of this meeting. All attendees must be part of this meeting.";
    assert.deepEqual(failureOf(call), invalid(text, ["a", "c"]));
  });

  it("fails with a room that fails, and after 10 s with one that says nothing", () => {
    const failed = muting([modify()]);
    const muteId = failed.did("mute-attendees")[0]?.muteId ?? "";
    failed.give({ type: "attendees-not-muted", muteId, error: { code: "unknown", message: "The room is gone." } });
    assert.deepEqual(failureOf(failed), system);
    assert.match(failed.did("warn")[0]?.message ?? "", /The room is gone\.$/);

    const silent = muting([modify()]);
    silent.advance(10_000);
    assert.deepEqual(failureOf(silent), system);
    const late = silent.give({ type: "attendees-muted", muteId, unknown: [] });
    assert.deepEqual(late, [{ do: "ignore", input: "attendees-muted", why: "no action waits for these attendees" }]);
  });

  const faults: readonly [what: string, parameters: Record<string, unknown>, error: object][] = [
    ...[undefined, "", "Add", "mute", 1].map((Operation): [string, Record<string, unknown>, object] => [
      `the Operation ${JSON.stringify(Operation)}`,
      { Operation },
      invalid("The ModifyChimeMeetingAttendees Operation parameter value is invalid"),
    ]),
    ["no MeetingId", { MeetingId: "" }, invalid("Meeting ID parameter value is invalid.")],
    ["another meeting", { MeetingId: "another" }, invalid("Meeting ID parameter value is invalid.")],
    ["no AttendeeList", { AttendeeList: undefined }, invalid("Attendee List parameter value is invalid.")],
    ["an empty AttendeeList", { AttendeeList: [] }, invalid("Attendee List parameter value is invalid.")],
    ["one attendee that is no list", { AttendeeList: "a" }, invalid("Attendee List parameter value is invalid.")],
    [
      "101 attendees",
      { AttendeeList: Array.from({ length: 101 }, (_, index) => `a${index}`) },
      invalid("Attendee List parameter value is invalid."),
    ],
    ["an attendee that is no text", { AttendeeList: [{}] }, invalid("Attendee List parameter value is invalid.")],
    ["LEG-A", { ParticipantTag: "LEG-A" }, wrongLeg],
    ["a leg that is not there", { CallId: "nobody" }, wrongLeg],
  ];
  for (const [what, parameters, error] of faults) {
    it(`with ${what} fails (Contract: actions-modify-chime-meeting-attendees-fails)`, () => {
      const call = inMeeting([modify(parameters)]);

      assert.deepEqual(failureOf(call), error);
      assert.equal(call.did("mute-attendees").length, 0);
    });
  }

  for (const ParticipantTag of ["LEG-A", "LEG-B", ""]) {
    it(`fails on a call with nobody else, for ${JSON.stringify(ParticipantTag)} (Contract: actions-modify-chime-meeting-attendees-fails)`, () => {
      const call = driveCall({ script: [respond([modify({ ParticipantTag })])] });

      assert.deepEqual(failureOf(call), invalid("Invalid action on the call."));
    });

    it(`fails on a call that is bridged with a telephone, for ${JSON.stringify(ParticipantTag)} (Contract: actions-modify-chime-meeting-attendees-fails)`, () => {
      const call = driveCall({
        direction: "Outbound",
        script: [respond([]), respond([callAndBridge()]), respond([modify({ ParticipantTag })])],
      });
      call.answer();
      call.give({ type: "leg-answered", legId: call.did("dial-leg")[1]?.legId ?? drivenLegId });

      assert.deepEqual(failureOf(call), invalid("Call is not connected to Chime Meeting."));
    });
  }

  it("fails once the meeting was left, though LEG-B is still listed", () => {
    const call = inMeeting([], {
      script: [respond([joinChimeMeeting()]), respond([hangup({ ParticipantTag: "LEG-B" })]), respond([modify()])],
    });

    assert.deepEqual(failureOf(call), invalid("Invalid action on the call."));
  });
});
