import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { driveCall, drivenLegId, type CallDriver } from "../../testing/internal/call-driver.ts";
import { respond, type ScriptedReply } from "../../testing/internal/scripted-reply.ts";
import { callAndBridge, hangup, speak } from "../../testing/internal/wire-actions.ts";
import type { CallEffect } from "../effects.ts";

const ringback = { Type: "S3", BucketName: "prompts", Key: "ring.wav" };
const shown: readonly CallEffect["do"][] = [
  "ring-leg",
  "open-early-media",
  "close-early-media",
  "bridge-legs",
  "unbridge-legs",
  "answer-leg",
  "hang-up-leg",
  "play-audio",
  "stop-playback",
];

const words = (effects: readonly CallEffect[]) =>
  effects.map((effect) => effect.do).filter((one) => shown.includes(one));
const partnerId = (call: CallDriver) => call.state().legs[1]?.id ?? assert.fail("there is no second leg");
const ring = (call: CallDriver) => words(call.give({ type: "leg-ringing", legId: partnerId(call) }));
const early = (call: CallDriver) => words(call.give({ type: "leg-early-media", legId: partnerId(call) }));
const answer = (call: CallDriver) => words(call.give({ type: "leg-answered", legId: partnerId(call) }));
const refuse = (call: CallDriver) =>
  words(call.give({ type: "leg-ended", legId: partnerId(call), end: { type: "rejected", status: 486 } }));

/** An inbound call, unanswered or answered by a prompt, whose function bridges it and then says what the script says. */
function bridging(isAnswered: boolean, parameters: object = {}, script: readonly ScriptedReply[] = []): CallDriver {
  const first = isAnswered ? [speak(), callAndBridge({ ...parameters })] : [callAndBridge({ ...parameters })];
  const call = driveCall({ script: [respond(first), ...script] });
  if (isAnswered) call.advance(1_000);
  return call;
}

describe("the progress of LEG-B, LEG-A unanswered (Contract: actions-bridge-ringing, actions-bridge-ringback, actions-bridge-failure)", () => {
  it("180 is passed on as 180, once", () => {
    const call = bridging(false);

    assert.deepEqual(ring(call), ["ring-leg"]);
    assert.deepEqual(ring(call), []);
  });

  it("audio before the answer is heard, and the answer changes nothing about it", () => {
    const call = bridging(false);

    assert.deepEqual([ring(call), early(call), early(call)], [["ring-leg"], ["open-early-media", "bridge-legs"], []]);
    assert.deepEqual(answer(call), ["answer-leg"]);
    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL"]);
  });

  it("a LEG-B that fails leaves the caller with 180, and no audio (Contract: actions-bridge-ringing-again)", () => {
    const call = bridging(false);
    early(call);

    assert.deepEqual(refuse(call), ["unbridge-legs", "close-early-media"]);
    assert.equal(call.state().legs[0]?.state.type, "offered");
  });

  it("so does one that does not answer in time, which is cancelled", () => {
    const call = bridging(false);
    early(call);
    const before = call.effects.length;

    call.advance(30_000);

    const after = words(call.effects.slice(before));
    assert.deepEqual(after, ["hang-up-leg", "unbridge-legs", "close-early-media"]);
  });

  it("the ringback tone goes before LEG-B's audio, and ends with its answer or failure", () => {
    const call = bridging(false, { RingbackTone: ringback });
    assert.deepEqual([ring(call), early(call)], [[], []]);
    assert.deepEqual(answer(call), ["stop-playback", "answer-leg", "bridge-legs"]);

    const other = bridging(false, { RingbackTone: ringback });
    assert.deepEqual(refuse(other), ["stop-playback", "close-early-media"]);
  });

  it("after a failure the next action answers, refuses, or bridges again", () => {
    const failed = (reply: ScriptedReply) => {
      const call = bridging(false, {}, [reply]);
      early(call);
      return { call, did: refuse(call).slice(2) };
    };

    assert.deepEqual(failed(respond([speak()])).did, ["answer-leg", "play-audio"]);
    assert.equal(failed(respond([hangup()])).call.did("reject-leg").length, 1);
    const { call } = failed(respond([callAndBridge()]));
    assert.deepEqual([early(call), answer(call)], [["open-early-media", "bridge-legs"], ["answer-leg"]]);
  });

  it("a caller who gives up leaves nothing behind", () => {
    const call = bridging(false);
    early(call);
    const before = call.effects.length;

    call.end({ type: "cancelled" });

    assert.deepEqual(words(call.effects.slice(before)), ["unbridge-legs", "hang-up-leg"]);
    assert.equal(call.state().finished, true);
  });
});

describe("the progress of LEG-B, LEG-A answered (Contract: actions-bridge-ringing)", () => {
  it("LEG-A hears LEG-B's audio before the answer, or the ringback tone in place of it", () => {
    const call = bridging(true);
    assert.deepEqual([ring(call), early(call), answer(call)], [[], ["bridge-legs"], []]);

    const toned = bridging(true, { RingbackTone: ringback });
    assert.deepEqual([ring(toned), early(toned), answer(toned)], [[], [], ["stop-playback", "bridge-legs"]]);
  });

  it("a LEG-B that fails leaves silence", () => {
    const call = bridging(true);
    early(call);

    assert.deepEqual(refuse(call), ["unbridge-legs"]);
  });
});

describe("Hangup of a LEG-B that is being called, beyond the original (Contract: actions-hangup-ringing)", () => {
  const hangUpB = hangup({ ParticipantTag: "LEG-B" });

  for (const isAnswered of [false, true]) {
    it(`cancels it at once, and CallAndBridge fails (LEG-A ${isAnswered ? "answered" : "unanswered"})`, () => {
      const call = bridging(isAnswered, {}, [respond([hangUpB])]);
      const partner = partnerId(call);
      ring(call);

      call.update();

      assert.deepEqual(call.did("hang-up-leg"), [{ do: "hang-up-leg", legId: partner }]);
      assert.deepEqual(call.eventTypes().slice(1), ["CALL_UPDATE_REQUESTED", "ACTION_FAILED"]);
      assert.equal(call.lastEvent().ActionData?.ErrorType, "CallNotAnswered");
      assert.deepEqual(
        call.lastEvent().CallDetails.Participants.map(({ ParticipantTag }) => ParticipantTag),
        ["LEG-A"],
      );
    });
  }

  it("what stands behind it in the list goes on if the reply to the failure brings nothing", () => {
    const call = bridging(true, {}, [respond([hangUpB, speak("nobody there")]), respond([])]);

    call.update();

    assert.equal(call.did("play-audio").length, 2);
    assert.equal(call.did("play-audio").at(-1)?.legId, drivenLegId);
  });

  it("a Hangup of LEG-A waits for the end of the CallAndBridge, which cannot be interrupted (Contract: events-uninterrupted)", () => {
    const call = bridging(true, {}, [respond([hangup({ ParticipantTag: "LEG-A" })]), respond([])]);

    call.update();
    assert.equal(call.did("hang-up-leg").length, 0);
    refuse(call);

    assert.deepEqual(call.eventTypes().slice(1), ["CALL_UPDATE_REQUESTED", "ACTION_FAILED", "HANGUP"]);
  });
});

describe("CallAndBridge on an outbound LEG-A that still rings", () => {
  it("fails: that leg cannot be answered by us", () => {
    const call = driveCall({ direction: "Outbound", script: [respond([]), respond([]), respond([callAndBridge()])] });
    call.ring();

    call.update();

    assert.equal(call.lastEvent().ActionData?.ErrorType, "InvalidActionParameter");
    assert.equal(call.state().legs.length, 1);
  });
});
