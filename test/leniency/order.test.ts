import assert from "node:assert/strict";
import { driveCall, drivenLegId, type CallDriver } from "../../src/testing/internal/call-driver.ts";
import { respond, type FunctionEvent, type WireAction } from "../../src/testing/internal/scripted-reply.ts";
import {
  callAndBridge,
  hangup,
  pause,
  playAudio,
  recordAudio,
  speak,
} from "../../src/testing/internal/wire-actions.ts";
import { answerPartner, bridged, endPartner, hungUp, participants, partnerId, section, story } from "./kit.ts";

/** A function that takes any event that it does not know as an error: it prompts and hangs up. */
function strict(known: Readonly<Record<string, readonly WireAction[]>>) {
  return ({ InvocationEventType: type, CallDetails: { Participants } }: FunctionEvent) => {
    const CallId = Participants[0]?.CallId;
    return respond(known[type] ?? [speak("Sorry, that went wrong", { CallId }), hangup({ CallId })]);
  };
}

const ring = { Type: "S3", BucketName: "prompts", Key: "ring.wav" };

section("order and meaning of events", {
  // Contract: events-ringing-partner, events-call-answered
  "bridging gives no NEW_OUTBOUND_CALL, RINGING or CALL_ANSWERED for LEG-B, which some functions take for errors":
    () => {
      const call = driveCall({
        script: strict({ NEW_INBOUND_CALL: [callAndBridge()], ACTION_SUCCESSFUL: [], HANGUP: [] }),
      });
      call.give({ type: "leg-ringing", legId: partnerId(call) });
      answerPartner(call);
      call.advance(60_000);
      assert.deepEqual(story(call), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL CallAndBridge"]);
      assert.deepEqual(hungUp(call), []);
    },
  // Contract: events-other-leg-stays
  "one leg hangs up: HANGUP is sent, and the other stays up until the function hangs it up": () => {
    for (const [ends, left, tag] of [
      [endPartner, "LEG-A", "LEG-B"],
      [(call: CallDriver) => call.end(), "LEG-B", "LEG-A"],
    ] as const) {
      const call = bridged([respond([]), respond([]), respond([hangup({ ParticipantTag: left })])]);
      ends(call);
      call.advance(3_600_000);
      assert.equal(story(call).at(-1), `HANGUP ${tag}`);
      assert.deepEqual([call.state().finished, hungUp(call)], [false, []]);
      call.update();
      assert.deepEqual([call.state().finished, hungUp(call)], [true, [left]]);
    }
  },
  // Contract: events-other-leg-stays, actions-bridge-again
  "a leg that is left up on purpose can be spoken to, or bridged anew": () => {
    const call = bridged([respond([]), respond([speak(), callAndBridge()])]);
    endPartner(call);
    call.advance(1_000);
    answerPartner(call);
    assert.deepEqual(participants(call.lastEvent()), ["LEG-A Connected", "LEG-B Connected"]);
  },
  // Contract: events-leg-leaves-action
  "the caller hangs up during an action: its event comes before HANGUP, with the leg Disconnected; [] answers both":
    () => {
      for (const action of [speak(), playAudio(), recordAudio()]) {
        const call = driveCall({ script: [respond([action])] });
        call.end();
        const outcome = action.Type === "RecordAudio" ? "ACTION_SUCCESSFUL" : "ACTION_FAILED";
        assert.deepEqual(story(call).slice(1), [`${outcome} ${action.Type}`, "HANGUP LEG-A"]);
        assert.deepEqual(participants(call.events[1]), ["LEG-A Disconnected"]);
        assert.equal(call.state().finished, true);
      }
    },
  // Contract: events-leg-leaves-action
  "the caller hangs up during a Pause: HANGUP alone": () => {
    const call = driveCall({ script: [respond([speak(), pause(5_000)])] });
    call.advance(2_000);
    call.end();
    assert.deepEqual(story(call), ["NEW_INBOUND_CALL", "HANGUP LEG-A"]);
  },
  // Contract: events-call-update-requested
  "CALL_UPDATE_REQUESTED comes while the call is idle": () => {
    const call = driveCall({ script: [respond([speak()]), respond([]), respond([playAudio()])] });
    call.advance(5_000);
    call.update();
    assert.deepEqual(story(call).slice(1), ["ACTION_SUCCESSFUL Speak", "CALL_UPDATE_REQUESTED"]);
    assert.equal(call.did("play-audio").length, 2);
  },
  // Contract: events-call-update-requested
  "CALL_UPDATE_REQUESTED comes while the call is bridged": () => {
    const call = bridged([respond([]), respond([speak()])]);
    call.update();
    assert.deepEqual(participants(call.lastEvent()), ["LEG-A Connected", "LEG-B Connected"]);
    assert.equal(call.did("play-audio").length, 1);
  },
  // Contract: events-interrupt, events-interrupt-speak
  "an update interrupts PlayAudio, RecordAudio, Pause and Speak: ACTION_INTERRUPTED": () => {
    for (const action of [playAudio(), recordAudio(), pause(5_000), speak()]) {
      const call = driveCall({ script: [respond([action]), respond([pause()])] });
      call.update();
      assert.deepEqual(story(call).slice(1), ["CALL_UPDATE_REQUESTED", `ACTION_INTERRUPTED ${action.Type}`]);
    }
  },
  // Contract: events-action-interrupted
  "actions in the reply to ACTION_INTERRUPTED are ignored, also of a function that takes the event for an error":
    () => {
      const call = driveCall({
        script: strict({
          ...{ NEW_INBOUND_CALL: [playAudio()], CALL_UPDATE_REQUESTED: [speak("Now something else")] },
          ...{ ACTION_SUCCESSFUL: [], HANGUP: [] },
        }),
      });
      call.update();
      call.advance(60_000);
      assert.deepEqual(story(call).slice(1), [
        "CALL_UPDATE_REQUESTED",
        "ACTION_INTERRUPTED PlayAudio",
        "ACTION_SUCCESSFUL Speak",
      ]);
      assert.deepEqual([call.did("play-audio").length, hungUp(call)], [2, []]);
    },
  // Contract: actions-bridge-again
  "after Hangup of LEG-B a new CallAndBridge works on the same call, also to another endpoint type": () => {
    const connector = { BridgeEndpointType: "AWS", Arn: "arn:aws:chime:us-east-1:111122223333:vc/abc", Uri: "5550" };
    const call = driveCall({
      script: ({ InvocationEventType: type, ActionData: data }) => {
        if (type === "NEW_INBOUND_CALL") return respond([callAndBridge()]);
        if (type === "CALL_UPDATE_REQUESTED") return respond([hangup({ ParticipantTag: "LEG-B" })]);
        const isHangup = type === "ACTION_SUCCESSFUL" && data?.Type === "Hangup";
        return respond(isHangup ? [callAndBridge({ Endpoints: [connector] })] : []);
      },
    });
    answerPartner(call);
    const first = partnerId(call);
    call.update();
    answerPartner(call);
    assert.deepEqual(
      call.did("dial-leg").map(({ destination }) => destination.type),
      ["number", "connector"],
    );
    assert.notEqual(partnerId(call), first);
    assert.deepEqual(participants(call.lastEvent()), ["LEG-A Connected", "LEG-B Connected"]);
  },
  // Contract: actions-bridge-ringback
  "CallAndBridge may be the very first action: its tone is heard from the start, loops, and is cut at the answer":
    () => {
      const call = driveCall({ script: [respond([callAndBridge({ RingbackTone: ring })])] });
      const kinds = () => call.effects.map((effect) => effect.do);
      const heard = (kind: string) => ["answer-leg", "open-early-media", "play-audio"].includes(kind);
      assert.deepEqual(kinds().filter(heard), ["open-early-media", "play-audio"]);
      const [tone] = call.did("play-audio");
      assert.ok((tone?.repeat ?? 0) > 10_000 && tone?.legId === drivenLegId);
      call.advance(20_000);
      assert.deepEqual(kinds().includes("stop-playback"), false);
      const atAnswer = answerPartner(call).map((effect) => effect.do);
      const joins = (kind: string) => ["stop-playback", "bridge-legs"].includes(kind);
      assert.deepEqual(atAnswer.filter(joins), ["stop-playback", "bridge-legs"]);
    },
});
