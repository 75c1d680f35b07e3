import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { drivenMeeting } from "../testing/internal/call-performer.ts";
import { driveCall, drivenLegId, type CallDriver, type CallDriverOptions } from "../testing/internal/call-driver.ts";
import {
  later,
  respond,
  type FunctionEvent,
  type ScriptedReply,
  type WireAction,
} from "../testing/internal/scripted-reply.ts";
import {
  callAndBridge,
  hangup,
  joinChimeMeeting,
  modifyChimeMeetingAttendees,
  playAudio,
  receiveDigits,
  recordAudio,
  speak,
  startCallRecording,
} from "../testing/internal/wire-actions.ts";

const ofB = { ParticipantTag: "LEG-B" };

/** A call in a meeting whose function answers further events with these. */
function inMeeting(replies: readonly ScriptedReply[] = [], options: CallDriverOptions = {}): CallDriver {
  return driveCall({ script: [respond([joinChimeMeeting()]), ...replies], ...options });
}

function meetingLeg(call: CallDriver) {
  return call.did("join-meeting").at(-1)?.legId ?? drivenLegId;
}

/** Events in short: `HANGUP LEG-B 0 [Connected, Disconnected]`. */
function told(call: CallDriver): readonly string[] {
  return call.events.map(({ InvocationEventType, ActionData, CallDetails }: FunctionEvent) => {
    const { ParticipantTag, SipResponseCode } = (ActionData?.Parameters ?? {}) as { [name: string]: string | number };
    const about = InvocationEventType === "HANGUP" ? [ParticipantTag, SipResponseCode] : [ActionData?.Type];
    const statuses = CallDetails.Participants.map(({ Status = "-" }) => Status).join(", ");
    return [InvocationEventType, ...about.filter((word) => word !== undefined), `[${statuses}]`].join(" ");
  });
}

const begin = ["NEW_INBOUND_CALL [-]", "ACTION_SUCCESSFUL JoinChimeMeeting [Connected, Connected]"];

// Flow 8.14 of events on the machine; over SIP and RTP it is test/wire/flow-meeting.test.ts.
describe("a call in a meeting", () => {
  it("whose meeting ends stays with the function: HANGUP of LEG-B, and what the reply brings runs (Contract: events-hangup-meeting)", () => {
    const call = inMeeting([respond([]), respond([speak("The meeting is over."), hangup()])]);
    const legId = meetingLeg(call);

    call.give({ type: "meeting-left", legId, why: "the meeting was deleted" });
    call.advance(1_000);

    assert.deepEqual(told(call), [
      ...begin,
      "HANGUP LEG-B 0 [Connected, Disconnected]",
      "HANGUP LEG-A [Disconnected, Disconnected]",
    ]);
    assert.equal(call.events[2]?.ActionData?.Parameters["CallId"], legId);
    assert.equal(call.did("play-audio")[0]?.legId, drivenLegId);
    assert.equal(call.did("leave-meeting").length, 0, "it was left already");
    assert.ok(
      call.facts.some((fact) => fact.type === "leg-changed" && fact.cause === "the meeting was deleted"),
      "observers hear why",
    );
  });

  it("whose function hangs LEG-B up leaves it with ACTION_SUCCESSFUL alone, and can join again with a new leg (Contract: events-hangup-meeting-leg, actions-join-chime-meeting-once)", () => {
    const call = inMeeting([respond([hangup(ofB)]), respond([joinChimeMeeting({ JoinToken: "token-2" })])]);

    assert.deepEqual(told(call), [
      ...begin,
      "ACTION_SUCCESSFUL Hangup [Connected, Disconnected]",
      "ACTION_SUCCESSFUL JoinChimeMeeting [Connected, Connected]",
    ]);
    const [first, second] = call.did("join-meeting");
    assert.deepEqual(call.did("leave-meeting"), [{ do: "leave-meeting", legId: first?.legId }]);
    assert.notEqual(first?.legId, second?.legId);
    assert.equal(second?.joinToken, "token-2");
    assert.deepEqual(
      call.lastEvent().CallDetails.Participants.map(({ CallId }) => CallId),
      [drivenLegId, second?.legId],
    );
    assert.deepEqual(call.events[2]?.ActionData?.Parameters, { CallId: first?.legId, ParticipantTag: "LEG-B" });
  });

  it("goes on with its list behind a Hangup of LEG-B when the reply to its success is empty", () => {
    const call = inMeeting([respond([hangup(ofB), speak("You have left.", { ParticipantTag: "LEG-A" })])]);

    call.advance(1_000);

    assert.deepEqual(told(call), [
      ...begin,
      "ACTION_SUCCESSFUL Hangup [Connected, Disconnected]",
      "ACTION_SUCCESSFUL Speak [Connected, Disconnected]",
    ]);
  });

  it("whose caller hangs up leaves it, and one HANGUP says both are gone (Contract: events-hangup-meeting-with-telephone)", () => {
    const call = inMeeting([respond([]), respond([speak()])]);

    call.end();

    assert.deepEqual(told(call), [...begin, "HANGUP LEG-A 0 [Disconnected, Disconnected]"]);
    assert.deepEqual(call.did("leave-meeting"), [{ do: "leave-meeting", legId: meetingLeg(call) }]);
    assert.equal(call.state().finished, true);
  });

  it("whose function hangs LEG-A up leaves it, and one HANGUP says both are gone (Contract: events-hangup-meeting-with-telephone)", () => {
    const call = inMeeting([respond([hangup({ ParticipantTag: "LEG-A", SipResponseCode: "0" }), speak()])]);

    assert.deepEqual(told(call), [...begin, "HANGUP LEG-A 0 [Disconnected, Disconnected]"]);
    assert.equal(call.did("hang-up-leg").length, 1);
    assert.equal(call.did("leave-meeting").length, 1);
    assert.equal(call.state().finished, true);
  });

  it("that is ended by the server leaves it too: one HANGUP", () => {
    const call = inMeeting();

    call.give({ type: "shutdown" });

    assert.deepEqual(told(call), [...begin, "HANGUP LEG-A 0 [Disconnected, Disconnected]"]);
    assert.equal(call.did("leave-meeting").length, 1);
  });

  it("calls nobody: CallAndBridge fails, also where a second LEG-B replaces the first (Contract: actions-bridge-in-meeting)", () => {
    for (const replaceLegB of [false, true]) {
      const call = inMeeting([respond([callAndBridge()])], { compatibility: { replaceLegB } });

      assert.equal(call.lastEvent().ActionData?.ErrorType, "InvalidActionParameter");
      assert.equal(call.did("dial-leg").length + call.did("leave-meeting").length, 0);
    }
  });

  it("can call somebody once it has left the meeting", () => {
    const call = inMeeting([respond([hangup(ofB)]), respond([callAndBridge()])]);

    call.give({ type: "leg-answered", legId: call.did("dial-leg")[0]?.legId ?? drivenLegId });

    assert.deepEqual(told(call).slice(-1), ["ACTION_SUCCESSFUL CallAndBridge [Connected, Connected]"]);
    assert.equal(call.did("bridge-legs").length, 1);
  });

  it("mutes by a key: *7, then a prompt to the telephone in the meeting (Contract: actions-meeting-audio)", () => {
    const script = (event: FunctionEvent): ScriptedReply => {
      const { InvocationEventType: type, ActionData } = event;
      if (type === "NEW_INBOUND_CALL") return respond([joinChimeMeeting()]);
      if (type === "DIGITS_RECEIVED") return respond([modifyChimeMeetingAttendees()]);
      if (type !== "ACTION_SUCCESSFUL") return respond([]);
      if (ActionData?.Type === "JoinChimeMeeting")
        return respond([receiveDigits("^\\*\\d{1}$"), playAudio("joined.wav")]);
      return respond(ActionData?.Type === "ModifyChimeMeetingAttendees" ? [playAudio("muted.wav")] : []);
    };
    const call = driveCall({ script });

    call.advance(1_000);
    call.press("*");
    call.press("7");
    call.advance(2_000);

    assert.deepEqual(told(call).slice(2), [
      "ACTION_SUCCESSFUL PlayAudio [Connected, Connected]",
      "DIGITS_RECEIVED ReceiveDigits [Connected, Connected]",
      "ACTION_SUCCESSFUL ModifyChimeMeetingAttendees [Connected, Connected]",
      "ACTION_SUCCESSFUL PlayAudio [Connected, Connected]",
    ]);
    assert.deepEqual(
      call.did("play-audio").map(({ legId }) => legId),
      [drivenLegId, drivenLegId],
    );
    assert.equal(call.did("mute-attendees")[0]?.isMuted, true);
  });

  it("mutes by an update of the API, while a prompt runs", () => {
    const call = inMeeting([
      respond([playAudio("hold.wav", { Repeat: 50 })]),
      respond([modifyChimeMeetingAttendees()]),
    ]);

    call.update({ mute: "true" });

    assert.deepEqual(told(call).slice(2), [
      "CALL_UPDATE_REQUESTED CallUpdateRequest [Connected, Connected]",
      "ACTION_INTERRUPTED PlayAudio [Connected, Connected]",
      "ACTION_SUCCESSFUL ModifyChimeMeetingAttendees [Connected, Connected]",
    ]);
  });

  const onMeeting: readonly WireAction[] = [
    speak("Hello", ofB),
    playAudio("a.wav", ofB),
    receiveDigits("^1$", ofB),
    recordAudio(ofB),
    startCallRecording(ofB),
    { Type: "VoiceFocus", Parameters: { Enable: true, ...ofB } },
    { Type: "SendDigits", Parameters: { Digits: "1", ...ofB } },
  ];
  for (const action of onMeeting) {
    it(`takes no ${action.Type} for the meeting: it is for the telephone (Contract: actions-leg-meeting)`, () => {
      const call = inMeeting([respond([action])]);

      assert.deepEqual(
        [call.lastEvent().ActionData?.ErrorType, call.lastEvent().ActionData?.ErrorMessage],
        ["InvalidActionParameter", "CallId or ParticipantTag parameter for action is invalid."],
      );
    });
  }

  it("that is put out while its function thinks is told so next, and what was answered runs on", () => {
    const call = inMeeting([later(500, respond([speak("Hello")])), respond([])]);

    call.give({ type: "meeting-left", legId: meetingLeg(call), why: "the attendee was deleted" });
    call.advance(2_000);

    assert.deepEqual(told(call).slice(2), [
      "HANGUP LEG-B 0 [Connected, Disconnected]",
      "ACTION_SUCCESSFUL Speak [Connected, Disconnected]",
    ]);
  });

  it("that is put out while it mutes gets HANGUP only (Contract: events-leg-leaves-action)", () => {
    const call = inMeeting([respond([modifyChimeMeetingAttendees()])], { meetings: "by-hand" });
    const legId = meetingLeg(call);
    call.give({ type: "meeting-joined", legId, ...drivenMeeting });

    call.give({ type: "meeting-left", legId, why: "the meeting was deleted" });

    assert.deepEqual(told(call), [...begin, "HANGUP LEG-B 0 [Connected, Disconnected]"]);
    assert.equal(call.did("cancel-timer").length, call.did("start-timer").length - 1, "only the longest call is timed");
  });

  it("that is updated while it joins: the join goes on, and the Hangup of LEG-B runs once it is in (Contract: actions-join-chime-meeting)", () => {
    const call = inMeeting([respond([hangup(ofB)])], { meetings: "by-hand" });

    call.update({ leave: "true" });
    call.give({ type: "meeting-joined", legId: meetingLeg(call), ...drivenMeeting });

    assert.deepEqual(told(call), [
      "NEW_INBOUND_CALL [-]",
      "CALL_UPDATE_REQUESTED CallUpdateRequest [Connected]",
      "ACTION_SUCCESSFUL JoinChimeMeeting [Connected, Connected]",
      "ACTION_SUCCESSFUL Hangup [Connected, Disconnected]",
    ]);
    assert.equal(call.did("leave-meeting").length, 1);
  });

  it("whose caller hangs up while it joins: one HANGUP, and a join that is answered late is left", () => {
    const call = inMeeting([], { meetings: "by-hand" });
    const legId = meetingLeg(call);

    call.end();
    call.give({ type: "meeting-joined", legId, ...drivenMeeting });

    assert.deepEqual(told(call).slice(1), ["HANGUP LEG-A 0 [Disconnected]"]);
    assert.deepEqual(call.did("leave-meeting"), [{ do: "leave-meeting", legId }]);
    assert.equal(call.state().finished, true);
  });

  it("takes the end of a meeting once: a second one, and one of the telephone's, are ignored with a reason", () => {
    const call = inMeeting();
    const legId = meetingLeg(call);
    call.give({ type: "meeting-left", legId, why: "the meeting was deleted" });

    assert.deepEqual(call.give({ type: "meeting-left", legId, why: "again" }), [
      { do: "ignore", input: "meeting-left", why: "the leg is ended" },
    ]);
    assert.deepEqual(call.give({ type: "leg-ended", legId, end: { type: "bye" } }), [
      { do: "ignore", input: "leg-ended", why: "the leg is a meeting" },
    ]);
    assert.deepEqual(call.give({ type: "meeting-left", legId: drivenLegId, why: "no" }), [
      { do: "ignore", input: "meeting-left", why: "the leg is a telephone" },
    ]);
  });
});

describe("a Hangup of LEG-B that is a meeting (Contract: events-hangup-meeting-leg)", () => {
  it("hangupEventOfMeeting true: HANGUP comes first, and ACTION_SUCCESSFUL when the reply to it is empty", () => {
    const call = inMeeting([respond([hangup(ofB)])], { compatibility: { hangupEventOfMeeting: true } });

    assert.deepEqual(told(call).slice(2), [
      "HANGUP LEG-B [Connected, Disconnected]",
      "ACTION_SUCCESSFUL Hangup [Connected, Disconnected]",
    ]);
  });

  it("hangupEventOfMeeting false: ACTION_SUCCESSFUL alone, whatever successAfterHangupOfLegB says", () => {
    for (const successAfterHangupOfLegB of ["when-reply-is-empty", "never", "always"] as const) {
      const call = inMeeting([respond([hangup(ofB)])], { compatibility: { successAfterHangupOfLegB } });

      assert.deepEqual(told(call).slice(2), ["ACTION_SUCCESSFUL Hangup [Connected, Disconnected]"]);
    }
  });
});
