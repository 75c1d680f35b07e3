import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { driveCall, drivenLegId, type CallDriver, type CallDriverOptions } from "../testing/internal/call-driver.ts";
import { respond, respondWith, type FunctionEvent, type ScriptedReply } from "../testing/internal/scripted-reply.ts";
import { callAndBridge, hangup, playAudio, speak } from "../testing/internal/wire-actions.ts";
import type { LegEnd } from "../endpoint/index.ts";

const ringback = { Type: "S3", BucketName: "prompts", Key: "ring.wav" };

/** A call whose function bridges first, then answers with the rest of the script. */
function bridging(script: readonly ScriptedReply[], options: CallDriverOptions = {}): CallDriver {
  return driveCall({
    script: [respond([callAndBridge({ CallTimeoutSeconds: 20 })]), ...script],
    ...options,
  });
}

function partnerId(call: CallDriver) {
  const partner = call.state().legs[1];
  assert.ok(partner, "there is no second leg");
  return partner.id;
}

const answerPartner = (call: CallDriver) => call.give({ type: "leg-answered", legId: partnerId(call) });
const endPartner = (call: CallDriver, end: LegEnd = { type: "bye" }) =>
  call.give({ type: "leg-ended", legId: partnerId(call), end });

/** A bridged call: both legs are up and joined. */
function bridged(script: readonly ScriptedReply[]): CallDriver {
  const call = bridging(script);
  answerPartner(call);
  return call;
}

function statuses({ CallDetails }: FunctionEvent): readonly (readonly [string, string | undefined])[] {
  return CallDetails.Participants.map(({ ParticipantTag, Status }) => [ParticipantTag, Status] as const);
}

function did(call: CallDriver, ...kinds: readonly string[]): readonly string[] {
  return call.effects.map((effect) => effect.do).filter((kind) => kinds.includes(kind));
}

describe("a bridge, LEG-B answers (Contract: actions-bridge-success, actions-bridge-ringback)", () => {
  it("calls LEG-B, answers LEG-A only when LEG-B answered, joins them, and tells both as Connected", () => {
    const call = bridging([respond([])]);
    assert.deepEqual(did(call, "dial-leg", "answer-leg", "bridge-legs"), ["dial-leg"]);

    answerPartner(call);

    assert.deepEqual(did(call, "dial-leg", "answer-leg", "bridge-legs"), ["dial-leg", "answer-leg", "bridge-legs"]);
    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL"]);
    const { ActionData } = call.lastEvent();
    assert.equal(ActionData?.Type, "CallAndBridge");
    assert.equal(ActionData?.Parameters["CallId"], drivenLegId);
    assert.equal(ActionData?.Parameters["CallTimeoutSeconds"], 20);
    assert.deepEqual(statuses(call.lastEvent()), [
      ["LEG-A", "Connected"],
      ["LEG-B", "Connected"],
    ]);
  });

  it("an answered LEG-A hears the ringback tone until LEG-B answers", () => {
    const call = driveCall({
      script: [respond([speak(), callAndBridge({ RingbackTone: ringback })]), respond([])],
    });
    call.advance(1_000);
    const before = call.did("play-audio").length;
    assert.equal(call.did("play-audio").at(-1)?.source.type, "object");
    assert.equal(call.did("open-early-media").length, 0);

    answerPartner(call);

    assert.equal(call.did("play-audio").length, before);
    assert.equal(call.did("stop-playback").length, 1);
    assert.equal(call.did("bridge-legs").length, 1);
  });

  it("an unanswered LEG-A hears the ringback tone as early media", () => {
    const call = driveCall({
      script: [respond([callAndBridge({ RingbackTone: ringback })]), respond([])],
    });

    assert.deepEqual(did(call, "open-early-media", "play-audio", "answer-leg"), ["open-early-media", "play-audio"]);
  });
});

describe("a bridge while LEG-A is being answered", () => {
  function answering(): CallDriver {
    const call = driveCall({
      answersAtOnce: false,
      script: [respond([speak()]), respond([callAndBridge()]), respond([]), respond([])],
    });
    call.update();
    return call;
  }

  it("LEG-B answers first: the legs are joined when LEG-A is up", () => {
    const call = answering();

    answerPartner(call);
    call.answer();

    assert.equal(call.did("bridge-legs").length, 1);
    assert.equal(call.lastEvent().ActionData?.Type, "CallAndBridge");
  });

  it("LEG-A is up first: the legs are joined when LEG-B answers", () => {
    const call = answering();

    call.answer();
    answerPartner(call);

    assert.equal(call.did("bridge-legs").length, 1);
    assert.equal(call.lastEvent().ActionData?.Type, "CallAndBridge");
  });

  it("LEG-B answers and leaves first: nobody was joined, so the bridge fails and LEG-B was never there (Contract: events-hangup-unanswered-partner)", () => {
    const call = answering();

    answerPartner(call);
    endPartner(call);
    call.answer();

    assert.equal(call.did("bridge-legs").length, 0);
    assert.deepEqual(call.eventTypes().slice(2), ["ACTION_INTERRUPTED", "ACTION_FAILED"]);
    assert.equal(call.lastEvent().ActionData?.ErrorType, "CallNotAnswered");
    assert.deepEqual(statuses(call.lastEvent()), [["LEG-A", undefined]]);
    assert.equal(call.state().list.running, undefined);
  });
});

describe("events for LEG-B while it rings (Contract: events-ringing-partner)", () => {
  it("gives no RINGING and no CALL_ANSWERED for a bridged leg", () => {
    const call = bridging([respond([])]);

    call.give({ type: "leg-ringing", legId: partnerId(call) });
    answerPartner(call);

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL"]);
  });
});

describe("Parameters of CallAndBridge in events (Contract: events-echo-leg)", () => {
  for (const [what, action] of [
    ["a bridge that was not answered", callAndBridge()],
    ["a wrong parameter", callAndBridge({ CallTimeoutSeconds: 121 })],
  ] as const) {
    it(`name LEG-A by CallId too after ${what}, although only its place was meant`, () => {
      const call = driveCall({ script: [respond([action]), respond([])] });
      if (call.state().legs.length > 1) endPartner(call, { type: "rejected", status: 486 });

      const { Parameters } = call.lastEvent().ActionData as { readonly Parameters: Record<string, unknown> };
      assert.deepEqual([Parameters["CallId"], Parameters["ParticipantTag"]], [drivenLegId, "LEG-A"]);
    });
  }
});

describe("a bridge, LEG-B does not answer (Contract: actions-bridge-failure, actions-bridge-refused, events-hangup-unanswered-partner)", () => {
  const failures: readonly [string, (call: CallDriver) => void][] = [
    ["busy", (call) => endPartner(call, { type: "rejected", status: 486 })],
    ["unreachable", (call) => endPartner(call, { type: "unreachable", why: "nobody there" })],
    ["not answered in time", (call) => call.advance(20_000)],
  ];
  for (const [what, happens] of failures) {
    it(`${what}: ACTION_FAILED CallNotAnswered with LEG-A alone, no HANGUP for LEG-B, LEG-A stays unanswered`, () => {
      const call = bridging([respond([])]);

      happens(call);

      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED"]);
      assert.equal(call.lastEvent().ActionData?.ErrorType, "CallNotAnswered");
      assert.equal(call.lastEvent().ActionData?.ErrorMessage, "Call not answered");
      assert.deepEqual(statuses(call.lastEvent()), [["LEG-A", undefined]]);
      assert.equal(call.did("answer-leg").length, 0);
    });
  }

  it("a ringback tone that cannot be read fails the action, and LEG-B is cancelled", () => {
    const call = driveCall({
      script: [respond([callAndBridge({ RingbackTone: ringback })]), respond([])],
      audio: () => ({ code: "CALL_AUDIO_NOT_FOUND", message: "no such object" }),
    });
    const legId = partnerId(call);
    call.advance(0);

    assert.equal(call.lastEvent().ActionData?.ErrorType, "InvalidAudioSource");
    assert.equal(call.lastEvent().ActionData?.ErrorMessage, "Cannot access S3 bucket or audio file.");
    assert.deepEqual(call.did("hang-up-leg"), [{ do: "hang-up-leg", legId }]);
    assert.equal(call.did("close-early-media").length, 1);
  });

  it("goes on when a playback fails that is not its ringback tone: one of before, told late", () => {
    const call = bridging([respond([])]);

    call.give({ type: "playback-failed", playbackId: "p0", error: { code: "CALL_AUDIO_NOT_FOUND", message: "" } });

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL"]);
    assert.equal(call.did("hang-up-leg").length, 0);
  });

  it("a LEG-B that does not answer in time is cancelled", () => {
    const call = bridging([respond([])]);
    const legId = partnerId(call);

    call.advance(20_000);

    assert.deepEqual(call.did("hang-up-leg"), [{ do: "hang-up-leg", legId }]);
  });

  it("a caller who hangs up meanwhile leaves no LEG-B behind", () => {
    const call = bridging([respond([])]);
    const legId = partnerId(call);

    call.end({ type: "cancelled" });

    assert.deepEqual(call.did("hang-up-leg"), [{ do: "hang-up-leg", legId }]);
    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
    assert.equal(call.state().finished, true);
  });
});

describe("the far end of one leg hangs up while bridged (Contract: events-other-leg-stays)", () => {
  it("LEG-A leaves: HANGUP LEG-A, LEG-B stays until the function hangs it up, then HANGUP LEG-B (Contract: events-hangup-once)", () => {
    const call = bridged([respond([]), respond([hangup({ ParticipantTag: "LEG-B" })])]);

    call.end();

    assert.deepEqual(call.eventTypes().slice(2), ["HANGUP", "HANGUP"]);
    assert.deepEqual(statuses(call.events[2] as FunctionEvent), [
      ["LEG-A", "Disconnected"],
      ["LEG-B", "Connected"],
    ]);
    assert.equal(call.lastEvent().ActionData?.Parameters["ParticipantTag"], "LEG-B");
    assert.deepEqual(statuses(call.lastEvent()), [
      ["LEG-A", "Disconnected"],
      ["LEG-B", "Disconnected"],
    ]);
    assert.equal(call.did("unbridge-legs").length, 1);
    assert.equal(call.state().finished, true);
  });

  it("LEG-B leaves: an empty reply leaves LEG-A connected; actions without a leg then mean LEG-A (Contract: actions-leg-meant)", () => {
    const call = bridged([respond([]), respond([speak("still here")])]);

    endPartner(call);

    assert.equal(call.state().legs[0]?.state.type, "answered");
    assert.equal(call.did("play-audio").at(-1)?.legId, drivenLegId);
  });

  it("a new CallAndBridge gives a new LEG-B with a new id in its place (Contract: actions-bridge-again)", () => {
    const call = bridged([respond([]), respond([callAndBridge()]), respond([])]);
    const first = partnerId(call);

    endPartner(call);
    assert.notEqual(partnerId(call), first);
    answerPartner(call);

    assert.equal(call.lastEvent().ActionData?.Type, "CallAndBridge");
    assert.deepEqual(
      call.lastEvent().CallDetails.Participants.map((participant) => participant.ParticipantTag),
      ["LEG-A", "LEG-B"],
    );
  });

  it("a LEG-B that has left stays listed as Disconnected until then (Contract: events-partner-departed)", () => {
    const call = bridged([respond([]), respond([playAudio()]), respond([])]);

    endPartner(call);
    call.advance(1_000);

    assert.equal(call.lastEvent().InvocationEventType, "ACTION_SUCCESSFUL");
    assert.deepEqual(statuses(call.lastEvent()), [
      ["LEG-A", "Connected"],
      ["LEG-B", "Disconnected"],
    ]);
  });
});

describe("the function hangs up LEG-B of a bridged call (Contract: events-hangup-partner)", () => {
  const hangUpB = hangup({ ParticipantTag: "LEG-B" });

  it("HANGUP comes first; if its reply brings nothing, ACTION_SUCCESSFUL for the Hangup follows", () => {
    const call = bridged([respond([hangUpB]), respond([]), respond([])]);

    assert.deepEqual(call.eventTypes().slice(1), ["ACTION_SUCCESSFUL", "HANGUP", "ACTION_SUCCESSFUL"]);
    const { ActionData } = call.lastEvent();
    assert.equal(ActionData?.Type, "Hangup");
    assert.equal(ActionData?.Parameters["ParticipantTag"], "LEG-B");
    assert.equal(ActionData?.Parameters["CallId"], partnerId(call));
  });

  it("if the reply to HANGUP brings actions they run, and nothing more is said of the Hangup", () => {
    const call = bridged([respond([hangUpB]), respond([speak("bye then")]), respond([])]);

    call.advance(1_000);

    assert.deepEqual(call.eventTypes().slice(1), ["ACTION_SUCCESSFUL", "HANGUP", "ACTION_SUCCESSFUL"]);
    assert.equal(call.lastEvent().ActionData?.Type, "Speak");
  });

  it("actions behind the Hangup go on after both replies brought nothing", () => {
    const call = bridged([respond([hangUpB, speak("and on")]), respond([]), respondWith(null), respond([])]);

    call.advance(1_000);

    assert.equal(call.lastEvent().ActionData?.Type, "Speak");
    assert.equal(call.did("play-audio").length, 1);
  });
});

describe("the function hangs up LEG-A of a bridged call (Contract: events-hangup-first-leg)", () => {
  it("HANGUP alone; its reply runs", () => {
    const call = bridged([
      respond([hangup({ ParticipantTag: "LEG-A" })]),
      respond([hangup({ ParticipantTag: "LEG-B", SipResponseCode: "0" })]),
    ]);

    assert.deepEqual(call.eventTypes().slice(1), ["ACTION_SUCCESSFUL", "HANGUP", "HANGUP"]);
    assert.equal(call.state().finished, true);
  });
});
