import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { actions } from "../../src/actions/index.ts";
import { driveCall, type CallDriver } from "../../src/testing/internal/call-driver.ts";
import { respond, respondWith, type WireAction } from "../../src/testing/internal/scripted-reply.ts";
import * as wire from "../../src/testing/internal/wire-actions.ts";
import { answerPartner, bridged, endPartner, tryAction } from "../leniency/kit.ts";
import { schemaChecker } from "./contract-kit.ts";

const faultsOf = schemaChecker("event");

/** Every event of the call is as the schema says. */
function assertEvents(call: CallDriver): void {
  for (const event of call.events) assert.deepEqual(faultsOf(event), [], JSON.stringify(event, undefined, 1));
}

const press = (keys: string) => (call: CallDriver) => [...keys].forEach((key) => call.press(key));
const none = () => undefined;
const recording = [wire.startCallRecording()];

/** Each action with what its far end does; those with `before` come behind other actions. */
const successes: Readonly<
  Record<string, readonly [WireAction, ((call: CallDriver) => void)?, (readonly WireAction[])?]>
> = {
  Speak: [wire.speak("Hi", { Engine: "Neural", LanguageCode: "", CallId: "" })],
  PlayAudio: [wire.playAudio("a.wav", { Repeat: "2", PlaybackTerminators: ["#", 1], Extra: { a: 1 } })],
  Pause: [wire.pause("1000", { ParticipantTag: "LEG-A" })],
  PlayAudioAndGetDigits: [wire.playAudioAndGetDigits({ InputDigitsRegex: null }), press("12#")],
  SpeakAndGetDigits: [wire.speakAndGetDigits({ MaxNumberOfDigits: "1", TerminatorDigits: [] }), press("1")],
  ReceiveDigits: [wire.receiveDigits()],
  SendDigits: [wire.sendDigits(12)],
  CallAndBridge: [wire.callAndBridge({ SipHeaders: { "X-A": 1 }, CallTimeoutSeconds: "20" }), answerPartner],
  RecordAudio: [wire.recordAudio({ SilenceDurationInSeconds: "2.5", RecordingTerminators: ["#"] }), press("#")],
  StartCallRecording: [wire.startCallRecording()],
  StopCallRecording: [wire.changeCallRecording("Stop"), none, recording],
  PauseCallRecording: [wire.changeCallRecording("Pause"), none, recording],
  ResumeCallRecording: [wire.changeCallRecording("Resume"), none, recording],
  VoiceFocus: [{ Type: "VoiceFocus", Parameters: { Enable: "True" } }],
};

describe("schemas/event.schema.json, with the events that the engine makes", () => {
  for (const [type, [action, happens = none, before = []]] of Object.entries(successes)) {
    it(`holds for the success of ${type}`, () => {
      const call = driveCall({ script: [respond([...before, action])] });
      happens(call);
      for (let waitedMs = 0; call.events.length < 2 && waitedMs < 60_000; waitedMs += 500) call.advance(500);

      const { InvocationEventType, ActionData } = call.lastEvent();
      assert.deepEqual([InvocationEventType, ActionData?.Type], ["ACTION_SUCCESSFUL", type]);
      assertEvents(call);
    });
  }

  it("holds for the success of Hangup, of LEG-B after its HANGUP", () => {
    const call = bridged([respond([wire.hangup({ ParticipantTag: "LEG-B", SipResponseCode: "0" })]), respond([])]);

    assert.deepEqual(call.eventTypes().slice(2), ["HANGUP", "ACTION_SUCCESSFUL"]);
    assertEvents(call);
  });

  for (const type of actions.keys()) {
    it(`holds for a failure of ${type}, whatever was sent`, () => {
      const Parameters = { Text: {}, Digits: 0.5, Endpoints: "x", Enable: [], JoinToken: null, CallId: "unknown" };

      const { call, outcome } = tryAction({ Type: type, Parameters });

      assert.equal(outcome, "ACTION_FAILED");
      assertEvents(call);
    });
  }

  for (const action of [wire.speak(), wire.playAudio(), wire.pause(9_000), wire.recordAudio()]) {
    it(`holds when an update interrupts ${action.Type}`, () => {
      const call = driveCall({ script: [respond([action], { a: { b: 1 } }), respond([wire.pause()])] });

      call.update({ why: "now" });

      assert.deepEqual(call.eventTypes().slice(1), ["CALL_UPDATE_REQUESTED", "ACTION_INTERRUPTED"]);
      assertEvents(call);
    });
  }

  it("holds for an outbound call, with and without arguments, from the first event to the last", () => {
    for (const sent of [undefined, { Reason: "reminder" }]) {
      const call = driveCall({ direction: "Outbound", call: { arguments: sent }, script: [] });

      call.ring();
      call.answer();
      call.end();

      assert.deepEqual(call.eventTypes(), ["NEW_OUTBOUND_CALL", "RINGING", "CALL_ANSWERED", "HANGUP"]);
      assert.equal("ActionData" in (call.events[0] ?? {}), sent !== undefined);
      assertEvents(call);
    }
  });

  it("holds for keys that were listened for, a reply that cannot be used, and a bridge whose legs leave", () => {
    const keys = driveCall({ script: [respond([wire.receiveDigits(), wire.pause(9_000)])] });
    press("12")(keys);
    keys.advance(1_000);
    assert.equal(keys.lastEvent().InvocationEventType, "DIGITS_RECEIVED");
    assertEvents(keys);

    const invalid = driveCall({ script: [respondWith("x")] });
    assert.equal(invalid.lastEvent().InvocationEventType, "INVALID_LAMBDA_RESPONSE");
    assertEvents(invalid);

    const bridge = bridged();
    endPartner(bridge);
    bridge.end();
    assert.deepEqual(bridge.eventTypes().slice(2), ["HANGUP", "HANGUP"]);
    assertEvents(bridge);
  });

  it("refuses what is no such event: another type, a missing call, a result that is not there", () => {
    const { call } = tryAction(wire.recordAudio(), press("#"));
    const event = call.lastEvent();
    assert.deepEqual(faultsOf(event), []);

    const { RecordingDestination: _destination, ...data } = event.ActionData as Record<string, unknown>;
    const { CallDetails: _details, ...detached } = event;
    for (const wrong of [
      { ...event, InvocationEventType: "NEW_INCOMING_CALL" },
      { ...event, InvocationEventType: "RINGING" },
      { ...event, Sequence: 0 },
      { ...event, ActionData: data },
      detached,
    ]) {
      assert.notDeepEqual(faultsOf(wrong), []);
    }
  });
});
