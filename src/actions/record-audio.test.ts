import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../call/index.ts";
import { driveCall, drivenLegId, type CallDriver, type CallDriverOptions } from "../testing/internal/call-driver.ts";
import { respond } from "../testing/internal/scripted-reply.ts";
import { callAndBridge, pause, receiveDigits, recordAudio, speak } from "../testing/internal/wire-actions.ts";

function record(parameters: JsonObject = {}, options: CallDriverOptions = {}) {
  return driveCall({ script: [respond([recordAudio(parameters), pause()])], ...options });
}

function idOf(call: CallDriver): string {
  const [effect] = call.did("record-audio");
  assert.ok(effect !== undefined, "nothing is recorded");
  return effect.recordingId;
}

function destination(number = 1) {
  return { Type: "S3", BucketName: "rec", Key: `${drivenLegId}-recordings-${number}.wav` };
}

const into = (Prefix: unknown) => ({ RecordingDestination: { Type: "S3", BucketName: "rec", Prefix } });

describe("RecordAudio (Contract: actions-record-audio, actions-record-audio-key, actions-record-audio-silence, actions-record-audio-no-tone)", () => {
  it("answers, records until an end, and tells where the file is, also in mid-list (Contract: events-success-midway)", () => {
    const call = record({ RecordingTerminators: ["#"] });
    assert.equal(call.did("answer-leg").length, 1);
    assert.equal(call.did("play-audio").length, 0);
    const recordingId = idOf(call);
    const [{ recordingId: _id, ...effect } = { recordingId }] = call.did("record-audio");
    assert.deepEqual(effect, {
      do: "record-audio",
      legId: drivenLegId,
      destination: { bucket: "rec", key: destination().Key },
      maxMs: 10_000,
      silenceMs: undefined,
      silenceThreshold: 200,
      terminators: ["#"],
    });

    call.give({ type: "recording-ended", recordingId, end: "silence", terminator: undefined });

    assert.deepEqual(call.lastEvent().ActionData, {
      Type: "RecordAudio",
      Parameters: {
        DurationInSeconds: 10,
        RecordingDestination: { Type: "S3", BucketName: "rec" },
        RecordingTerminators: ["#"],
        ParticipantTag: "LEG-A",
      },
      RecordingDestination: destination(),
    });
    assert.equal(call.state().list.running?.request.type, "Pause");
  });

  it("names the key that ended it, and nothing more than the key", () => {
    const call = record({ RecordingTerminators: ["#", "*"] }, { recording: "by-hand" });
    call.press("*");

    const recordingId = idOf(call);
    call.give({ type: "recording-ended", recordingId, end: "terminator", terminator: "*" });

    assert.equal(call.lastEvent().ActionData?.["RecordingTerminatorUsed"], "*");
  });

  it("a key that came by SIP INFO stops it too", () => {
    const call = record({ RecordingTerminators: ["#"] });

    call.press("#");

    assert.equal(call.did("stop-record-audio").length, 1);
    assert.equal(call.lastEvent().ActionData?.["RecordingTerminatorUsed"], "#");
  });

  it("a terminator pressed when it had ended otherwise is not named", () => {
    const call = record({ RecordingTerminators: ["#"] }, { recording: "by-hand" });
    call.press("#");

    const recordingId = idOf(call);
    call.give({ type: "recording-ended", recordingId, end: "duration", terminator: undefined });

    assert.equal(call.lastEvent().ActionData?.["RecordingTerminatorUsed"], undefined);
  });

  it("leaves other keys to the listener of the leg, but not its terminators", () => {
    const actions = [receiveDigits("."), recordAudio({ RecordingTerminators: ["#"] })];
    const call = driveCall({ recording: "by-hand", script: [respond(actions)] });

    call.press("#");
    assert.equal(call.state().listeners[0]?.digits, "");
    call.press("5");

    assert.equal(call.state().listeners[0]?.digits, "5");
  });

  it("needs no terminators: keys do not end it then (Contract: actions-record-audio-terminators)", () => {
    const call = record({ RecordingTerminators: undefined }, { recording: "by-hand" });

    call.press("#");

    assert.equal(call.did("record-audio")[0]?.terminators.length, 0);
    assert.equal(call.did("stop-record-audio").length, 0);
  });

  it("does not take the end of another recording for its own", () => {
    const call = record({}, { recording: "by-hand" });

    call.give({ type: "recording-ended", recordingId: "x", end: "duration", terminator: undefined });

    assert.equal(call.did("ignore").at(-1)?.input, "recording-ended");
    assert.equal(call.state().list.running?.request.type, "RecordAudio");
  });

  it("numbers the recordings of a call", () => {
    const call = driveCall({ script: [respond([recordAudio()]), respond([recordAudio()])] });
    call.advance(4_000);

    assert.deepEqual(call.lastEvent().ActionData?.["RecordingDestination"], destination(2));
  });

  it("interrupted by an update, keeps the file and tells where it will be (Contract: actions-record-audio-interrupted)", () => {
    const call = driveCall({ script: [respond([recordAudio()]), respond([speak()])] });
    call.update();

    assert.equal(call.did("stop-record-audio").length, 1);
    assert.deepEqual(call.eventTypes().slice(1), ["CALL_UPDATE_REQUESTED", "ACTION_INTERRUPTED"]);
    assert.deepEqual(call.lastEvent().ActionData?.["RecordingDestination"], destination());
    assert.equal(call.did("play-audio").length, 1);
  });
});

describe("RecordAudio when its leg leaves (Contract: events-leg-leaves-action, events-recording-before-hangup)", () => {
  function leave(outcome?: "failed") {
    const call = record({}, { recording: "by-hand" });
    call.end();
    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL"], "HANGUP waits for the file");
    const recordingId = idOf(call);
    if (outcome === undefined) {
      call.give({ type: "recording-ended", recordingId, end: "closed", terminator: undefined });
    } else {
      call.give({ type: "recording-failed", recordingId, error: { code: "OBJECTS_WRITE_FAILED", message: "full" } });
    }
    return call;
  }

  it("succeeds with the leg Disconnected, then HANGUP; what is behind it does not run", () => {
    const call = leave();

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]);
    assert.deepEqual(call.events[1]?.ActionData?.["RecordingDestination"], destination());
    assert.equal(call.events[1]?.CallDetails.Participants[0]?.Status, "Disconnected");
    assert.equal(call.state().finished, true);
    assert.equal(call.pendingTimers(), 0);
  });

  it("fails when the file cannot be stored, then HANGUP", () => {
    const call = leave("failed");

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
    assert.equal(call.state().finished, true);
  });

  it("fails when nothing is heard of the file for 30 s: a call never hangs on its recording", () => {
    const call = record({}, { recording: "by-hand" });
    call.end();
    call.advance(29_999);
    assert.equal(call.state().finished, false);

    call.advance(1);

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
    assert.equal(call.events[1]?.ActionData?.ErrorType, "SystemException");
    assert.equal(call.state().finished, true);
  });

  it("neither an update nor a stop of the server changes what it waits for", () => {
    const call = record({}, { recording: "by-hand" });
    call.end();

    call.update();
    call.give({ type: "shutdown" });
    assert.deepEqual(
      call.did("ignore").map(({ input }) => input),
      ["update-requested", "shutdown"],
    );
    call.give({ type: "recording-ended", recordingId: idOf(call), end: "closed", terminator: undefined });

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]);
  });

  it("the other leg of a bridge goes on; its actions run after the file is stored", () => {
    const script = [
      respond([callAndBridge()]),
      respond([recordAudio({ ParticipantTag: "LEG-B" })]),
      respond([speak()]),
    ];
    const call = driveCall({ recording: "by-hand", script });
    const legB = call.state().legs[1]?.id;
    assert.ok(legB !== undefined);
    call.give({ type: "leg-answered", legId: legB });

    call.give({ type: "leg-ended", legId: legB, end: { type: "bye" } });
    const recordingId = idOf(call);
    call.give({ type: "recording-ended", recordingId, end: "closed", terminator: undefined });

    assert.deepEqual(call.eventTypes().slice(2), ["ACTION_SUCCESSFUL", "HANGUP"]);
    assert.equal(call.did("play-audio")[0]?.legId, drivenLegId);
  });
});

describe("RecordAudio: parameters (Contract: actions-record-audio)", () => {
  for (const [prefix, key] of [
    ["name/", "name/"],
    ["name", "name/"],
    [`${drivenLegId}-`, `${drivenLegId}-/`],
    ["a/b.c", "a/b.c/"],
    ["/a//b/", "a/b/"],
    ["", ""],
    [undefined, ""],
  ] as const) {
    it(`the prefix ${JSON.stringify(prefix)} gives the folder "${key}"`, () => {
      const call = record(into(prefix));

      assert.equal(call.did("record-audio")[0]?.destination.key, key + destination().Key);
    });
  }

  it("is at most the longest time that the server allows", () => {
    const call = driveCall({ limits: { longestRecordingMs: 5_000 }, script: [respond([recordAudio()])] });

    assert.equal(call.did("record-audio")[0]?.maxMs, 5_000);
  });

  for (const [sent, maxMs] of [
    ["30", 30_000],
    ["6", 6_000],
    [15, 15_000],
    [7200, 7_200_000],
    [undefined, 14_400_000],
    [1_000_000, 14_400_000],
  ] as const) {
    it(`DurationInSeconds ${JSON.stringify(sent)} is at most ${maxMs} ms`, () => {
      assert.equal(record({ DurationInSeconds: sent }).did("record-audio")[0]?.maxMs, maxMs);
    });
  }

  it("silence counts from SilenceDurationInSeconds on, with the threshold 200 unless another is given", () => {
    const call = record({ SilenceDurationInSeconds: "2.0" });
    const [effect] = call.did("record-audio");
    assert.deepEqual([effect?.silenceMs, effect?.silenceThreshold], [2_000, 200]);
    call.advance(2_000);
    assert.equal(call.lastEvent().ActionData?.Parameters["SilenceThreshold"], 200);

    const other = record({ SilenceDurationInSeconds: 1.5, SilenceThreshold: "100" }).did("record-audio")[0];
    assert.deepEqual([other?.silenceMs, other?.silenceThreshold], [1_500, 100]);
  });

  it("SilenceThreshold is ignored without SilenceDurationInSeconds", () => {
    assert.equal(record({ SilenceThreshold: 5_000 }).did("record-audio").length, 1);
  });
});

const refusals: readonly [why: string, parameters: JsonObject, name: string][] = [
  ["the duration is 0", { DurationInSeconds: 0 }, "DurationInSeconds"],
  ["the duration is a word", { DurationInSeconds: "long" }, "DurationInSeconds"],
  ["the silence is 0.5 s", { SilenceDurationInSeconds: 0.5 }, "SilenceDurationInSeconds"],
  ["the silence is 1,001 s", { SilenceDurationInSeconds: 1_001 }, "SilenceDurationInSeconds"],
  ["the threshold is 0", { SilenceDurationInSeconds: 2, SilenceThreshold: 0 }, "SilenceThreshold"],
  ["the threshold is 1,001", { SilenceDurationInSeconds: 2, SilenceThreshold: 1_001 }, "SilenceThreshold"],
  ["a terminator is no key", { RecordingTerminators: ["A"] }, "RecordingTerminators"],
  ["there is no destination", { RecordingDestination: undefined }, "RecordingDestination"],
  ["the destination is not S3", { RecordingDestination: { Type: "FTP", BucketName: "b" } }, "RecordingDestination"],
  ["there is no bucket", { RecordingDestination: { Type: "S3" } }, "RecordingDestination"],
  ["the bucket leads upwards", { RecordingDestination: { Type: "S3", BucketName: ".." } }, "RecordingDestination"],
  ["the prefix leads upwards", into("a/../b"), "RecordingDestination"],
  ["the prefix has a space", into("a b"), "RecordingDestination"],
  ["the prefix has 980 characters", into("a".repeat(980)), "RecordingDestination"],
];

describe("RecordAudio: failures (Contract: actions-record-audio)", () => {
  for (const [why, parameters, name] of refusals) {
    it(`fails with "${name} parameter value is invalid." when ${why}`, () => {
      const call = record(parameters);

      const { ErrorType, ErrorMessage } = call.lastEvent().ActionData ?? {};
      assert.deepEqual([ErrorType, ErrorMessage], ["InvalidActionParameter", `${name} parameter value is invalid.`]);
      assert.equal(call.did("record-audio").length, 0);
    });
  }

  for (const code of ["OBJECTS_WRITE_FAILED", "OBJECTS_BAD_NAME"]) {
    it(`${code}: the upload has failed, and the old form of the error is there too (Contract: events-error-member)`, () => {
      const call = record({}, { recording: { code, message: "no" } });
      call.advance(2_000);

      const { ErrorType, ErrorMessage } = call.lastEvent().ActionData ?? {};
      const old = call.lastEvent().ActionData?.["Error"];
      assert.equal(ErrorType, "InvalidActionParameter");
      assert.equal(ErrorMessage, "Error occurred while uploading recording to S3 bucket.");
      assert.equal(old, "NoAccessToDestination: Error while accessing destination");
    });
  }

  it("MEDIA_RECORDING_FAILED (a full disk) is SystemException", () => {
    const call = record({}, { recording: { code: "MEDIA_RECORDING_FAILED", message: "full" } });
    call.advance(2_000);

    assert.equal(call.lastEvent().ActionData?.ErrorType, "SystemException");
  });
});
