import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { drivenMeeting } from "../testing/internal/call-performer.ts";
import { driveCall, drivenLegId, type CallDriverOptions } from "../testing/internal/call-driver.ts";
import { respond, type WireAction } from "../testing/internal/scripted-reply.ts";
import { callAndBridge, joinChimeMeeting, speak } from "../testing/internal/wire-actions.ts";

const old = { Error: "ErrorJoiningMeeting: Error while joining meeting." };
const badToken = {
  ErrorType: "InvalidActionParameter",
  ErrorMessage: "JoinToken parameter value is invalid.",
  ...old,
};
const ours = { ErrorType: "ErrorJoiningMeeting", ErrorMessage: "Error while joining meeting.", ...old };

/** A call that comes in and whose function answers with these actions. */
function called(actions: readonly WireAction[], options: CallDriverOptions = {}) {
  return driveCall({ script: [respond(actions)], ...options });
}

/** The error of the last event, as its ActionData has it. */
function failureOf(call: ReturnType<typeof called>) {
  const event = call.lastEvent();
  assert.equal(event.InvocationEventType, "ACTION_FAILED");
  const { Type: _type, Parameters: _parameters, ...error } = event.ActionData ?? {};
  return error;
}

describe("JoinChimeMeeting", () => {
  it("answers an unanswered call, joins the meeting of the token, and reports at once, with LEG-B connected (Contract: actions-join-chime-meeting, actions-join-chime-meeting-leg, actions-join-chime-meeting-answers)", () => {
    const call = called([joinChimeMeeting({ MeetingId: drivenMeeting.meetingId }), speak()]);

    assert.deepEqual(
      call.effects.flatMap((effect) => (["answer-leg", "join-meeting"].includes(effect.do) ? [effect.do] : [])),
      ["answer-leg", "join-meeting"],
    );
    const [join] = call.did("join-meeting");
    assert.equal(join?.phoneLegId, drivenLegId);
    assert.equal(join?.joinToken, "token-1");
    assert.equal(join?.meeting, drivenMeeting.meetingId);
    assert.deepEqual(call.events[1]?.InvocationEventType, "ACTION_SUCCESSFUL");
    assert.deepEqual(call.events[1]?.ActionData, {
      Type: "JoinChimeMeeting",
      Parameters: { JoinToken: "token-1", MeetingId: drivenMeeting.meetingId, ParticipantTag: "LEG-A" },
    });
    const [a, b, ...more] = call.events[1]?.CallDetails.Participants ?? [];
    assert.deepEqual([a?.Status, more.length], ["Connected", 0]);
    assert.deepEqual(b, {
      CallId: join?.legId,
      ParticipantTag: "LEG-B",
      To: "+17035550122",
      From: "SMA",
      Direction: "Outbound",
      StartTimeInMilliseconds: "1700000000000",
      Status: "Connected",
    });
  });

  it("needs no MeetingId, takes LEG-A by its CallId, and leaves out what it does not know", () => {
    const call = called([joinChimeMeeting({ CallId: drivenLegId, AttendeeJoinToken: "", AttendeeId: "x" })]);

    assert.equal(call.did("join-meeting")[0]?.meeting, undefined);
    assert.deepEqual(call.lastEvent().ActionData?.Parameters, {
      JoinToken: "token-1",
      CallId: drivenLegId,
      ParticipantTag: "LEG-A",
      AttendeeJoinToken: "",
      AttendeeId: "x",
    });
  });

  it("tells observers which meeting it is", () => {
    const call = called([joinChimeMeeting()]);

    assert.deepEqual(
      call.facts.filter((fact) => fact.type === "leg-changed" && fact.participantTag === "LEG-B"),
      [
        {
          type: "leg-changed",
          participantTag: "LEG-B",
          state: "answered",
          cause: undefined,
          meeting: drivenMeeting,
        },
      ],
    );
  });

  it("whose meeting lets nobody in fails, and LEG-B was never there (Contract: actions-join-chime-meeting-refused)", () => {
    const call = called([joinChimeMeeting(), speak()], { meetings: "by-hand" });
    const legId = call.did("join-meeting")[0]?.legId ?? drivenLegId;

    call.give({ type: "meeting-refused", legId, why: "the meeting is full", isOurs: false });

    assert.deepEqual(failureOf(call), badToken);
    assert.equal(call.lastEvent().CallDetails.Participants.length, 1);
    assert.equal(call.did("leave-meeting").length + call.did("play-audio").length, 0);
    const ended = call.facts.find((fact) => fact.type === "action-ended");
    assert.equal(
      ended?.type === "action-ended" && ended.message,
      "JoinToken parameter value is invalid. the meeting is full",
    );
    assert.deepEqual(call.did("warn"), []);
  });

  it("fails as an error of this server when the room does, and the operator hears why (Contract: actions-join-chime-meeting-fails, events-error-member)", () => {
    const call = called([joinChimeMeeting()], { meetings: "by-hand" });
    const legId = call.did("join-meeting")[0]?.legId ?? drivenLegId;

    call.give({ type: "meeting-refused", legId, why: "This server has no meetings.", isOurs: true });

    assert.deepEqual(failureOf(call), ours);
    assert.match(call.did("warn")[0]?.message ?? "", /This server has no meetings\.$/);
  });

  it("fails after 10 s without an answer, and leaves a meeting that answers later", () => {
    const call = called([joinChimeMeeting()], { meetings: "by-hand" });
    const legId = call.did("join-meeting")[0]?.legId ?? drivenLegId;

    call.advance(9_999);
    assert.equal(call.lastEvent().InvocationEventType, "NEW_INBOUND_CALL");
    call.advance(1);
    assert.deepEqual(failureOf(call), ours);
    assert.deepEqual(call.did("leave-meeting"), [{ do: "leave-meeting", legId }]);

    const late = call.give({ type: "meeting-joined", legId, ...drivenMeeting });
    assert.deepEqual(late, [{ do: "ignore", input: "meeting-joined", why: "no such leg" }]);
  });

  const wrong: readonly [what: string, actions: readonly WireAction[]][] = [
    ["without a token", [joinChimeMeeting({ JoinToken: undefined })]],
    ["with an empty token", [joinChimeMeeting({ JoinToken: "" })]],
    ["with a token that is no text", [joinChimeMeeting({ JoinToken: {} })]],
    ["with a token that is too long", [joinChimeMeeting({ JoinToken: "t".repeat(2_049) })]],
    ["with a MeetingId that is no text", [joinChimeMeeting({ MeetingId: [] })]],
  ];
  for (const [what, actions] of wrong) {
    it(`${what} is a wrong parameter (Contract: actions-join-chime-meeting-refused)`, () => {
      const call = called(actions);

      assert.deepEqual(failureOf(call), badToken);
      assert.equal(call.did("join-meeting").length + call.did("answer-leg").length, 0);
    });
  }

  it("fails when the call is in a meeting already, and that goes on (Contract: actions-join-chime-meeting-once)", () => {
    const call = called([joinChimeMeeting()], {
      script: [respond([joinChimeMeeting()]), respond([joinChimeMeeting()])],
    });

    assert.deepEqual(failureOf(call), badToken);
    assert.equal(call.did("join-meeting").length, 1);
    assert.equal(call.did("leave-meeting").length, 0);
    assert.deepEqual(
      call.lastEvent().CallDetails.Participants.map(({ Status }) => Status),
      ["Connected", "Connected"],
    );
  });

  it("fails on a bridged call, for LEG-A as for LEG-B (Contract: actions-join-chime-meeting-once)", () => {
    for (const ParticipantTag of ["LEG-A", "LEG-B"]) {
      const call = driveCall({
        direction: "Outbound",
        script: [respond([]), respond([callAndBridge()]), respond([joinChimeMeeting({ ParticipantTag })])],
      });
      call.answer();
      call.give({ type: "leg-answered", legId: call.did("dial-leg")[1]?.legId ?? drivenLegId });

      assert.deepEqual(failureOf(call), badToken);
      assert.equal(call.did("join-meeting").length, 0);
    }
  });

  it("is not told of when the caller leaves meanwhile: HANGUP is, with LEG-A alone (Contract: events-leg-leaves-action)", () => {
    const call = called([joinChimeMeeting()], { meetings: "by-hand" });

    call.end();

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
    assert.equal(call.lastEvent().CallDetails.Participants.length, 1);
    assert.equal(call.did("leave-meeting").length, 1);
  });
});
