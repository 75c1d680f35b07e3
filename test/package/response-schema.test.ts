import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { validateReply } from "../../src/app/index.ts";
import * as wire from "../../src/testing/internal/wire-actions.ts";
import type { WireAction } from "../../src/testing/internal/scripted-reply.ts";
import { schemaChecker } from "./contract-kit.ts";

const faultsOf = schemaChecker("response");
const replyOf = (...Actions: readonly unknown[]) => ({ SchemaVersion: "1.0", Actions });

/** What the server is said to do about a reply: the schema must not refuse what has no consequence. */
const hasConsequence = (reply: unknown) =>
  validateReply(reply).some(({ consequence }) => consequence.type !== "no-effect");

const audio = { Type: "S3", BucketName: "b", Key: "k" };
const endpoint = (more: object) => wire.callAndBridge({ Endpoints: [more] });
const good: readonly unknown[] = [
  null,
  [],
  { SchemaVersion: "1.0" },
  { SchemaVersion: "1.0", Actions: null, TransactionAttributes: null, Extra: 1 },
  { SchemaVersion: "1.0", Actions: [], TransactionAttributes: { a: { b: [1] }, c: 2 } },
  replyOf(
    { Type: "Hangup" },
    { Type: "Hangup", Parameters: null },
    wire.hangup(),
    wire.hangup({ SipResponseCode: "0" }),
  ),
  replyOf(...["480", 486, "500", "Error", null, ""].map((SipResponseCode) => wire.hangup({ SipResponseCode }))),
  replyOf(wire.hangup({ sipResponseCode: 486, CallId: "", ParticipantTag: "" })),
  replyOf(...["1000", 3_000, 12_000, "100.0", " 500 "].map((value) => wire.pause(value))),
  replyOf(...["1", "0", 2, null, ""].map((Repeat) => wire.playAudio("a.wav", { Repeat, ParticipantTag: "LEG-B" }))),
  replyOf(wire.playAudio("a.wav", { PlaybackTerminators: ["*", 1], CallId: "x", CustomSipHeaders: {} })),
  replyOf(
    wire.speak("Hi\n there"),
    wire.speak("<speak>7</speak>", { Engine: "Neural", TextType: "SSML", Voice: "Amy" }),
  ),
  replyOf({ Type: "Speak", Parameters: { Text: 12, VoiceId: "", LanguageCode: null } }),
  ...[0, 1, 9_999, "3"].map((Repeat) => replyOf(wire.playAudioAndGetDigits({ Repeat, MinNumberOfDigits: "0" }))),
  replyOf(wire.playAudioAndGetDigits({ RepeatDurationInMilliseconds: 99_999_999, TerminatorDigits: ["#"] })),
  replyOf(wire.speakAndGetDigits({ InputDigitsRegex: "^\\d{2}#$", InBetweenDigitsDurationInMilliseconds: "" })),
  replyOf(wire.receiveDigits(), wire.receiveDigits(5)),
  replyOf(wire.sendDigits("1,,,2#"), wire.sendDigits(12, { ToneDurationInMilliseconds: "100" })),
  ...["30", 7_200, null].map((DurationInSeconds) => replyOf(wire.recordAudio({ DurationInSeconds }))),
  ...[2, "2.0", 30].map((SilenceDurationInSeconds) => replyOf(wire.recordAudio({ SilenceDurationInSeconds }))),
  ...["name/", "<CallId>".slice(1, -1), "a/b.c", ""].map((Prefix) =>
    replyOf(wire.recordAudio({ RecordingDestination: { Type: "S3", BucketName: "rec", Prefix } })),
  ),
  replyOf(wire.recordAudio({ SilenceThreshold: 5_000 }), wire.pause(100, { CallId: "x", ParticipantTag: "leg-a" })),
  replyOf(wire.startCallRecording(), wire.changeCallRecording("Stop"), { Type: "PauseCallRecording" }),
  ...[true, false, "True", "false"].map((Enable) => replyOf({ Type: "VoiceFocus", Parameters: { Enable } })),
  replyOf(wire.callAndBridge({ CallTimeoutSeconds: "20", SipHeaders: {}, RingbackTone: audio })),
  replyOf(endpoint({ BridgeEndpointType: "PSTN", Uri: "12065550100", Arn: null })),
  replyOf(endpoint({ BridgeEndpointType: "AWS", Uri: "5550", Arn: "arn:aws:chime:us-east-1:1:vc/a" })),
  replyOf(endpoint({ BridgeEndpointType: "SIP", Uri: "SIP:desk@127.0.0.1" })),
];

const bad: readonly unknown[] = [
  "[]",
  {},
  { SchemaVersion: 1, Actions: [] },
  { statusCode: 200, body: "{}" },
  { SchemaVersion: "1.0", Actions: {} },
  { SchemaVersion: "1.0", TransactionAttributes: [] },
  replyOf(...Array<WireAction>(11).fill(wire.speak())),
  replyOf("Speak"),
  replyOf({ Type: "SpeakText" }),
  replyOf({ Type: "Speak" }),
  replyOf({ Type: "Speak", Parameters: [] }),
  replyOf(wire.speak("")),
  replyOf(wire.speak("x".repeat(1_001))),
  replyOf(wire.speak("x", { Engine: "fast" })),
  replyOf(wire.pause(99), wire.pause("soon")),
  replyOf(wire.playAudio("a.wav", { ParticipantTag: "leg-a" })),
  replyOf(wire.playAudio("a.wav", { PlaybackTerminators: ["A"] })),
  replyOf(wire.recordAudio({ SilenceThreshold: 5_000, SilenceDurationInSeconds: 2 })),
  replyOf(wire.sendDigits("E")),
  replyOf(wire.callAndBridge({ CallTimeoutSeconds: 500 })),
  replyOf(endpoint({ BridgeEndpointType: "PSTN", Uri: "+0123" })),
  replyOf(endpoint({ BridgeEndpointType: "PSTN", Uri: "+12065550100", Arn: "arn:x" })),
  replyOf(wire.startCallRecording({ Track: "both" })),
];

describe("schemas/response.schema.json", () => {
  for (const reply of good) {
    it(`takes what the server takes: ${JSON.stringify(reply).slice(0, 110)}`, () => {
      assert.equal(hasConsequence(reply), false);
      assert.deepEqual(faultsOf(reply), []);
    });
  }

  for (const reply of bad) {
    it(`refuses what the server refuses, or lets fail: ${JSON.stringify(reply).slice(0, 110)}`, () => {
      assert.equal(hasConsequence(reply), true);
      assert.notDeepEqual(faultsOf(reply), []);
    });
  }
});
