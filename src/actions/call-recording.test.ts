import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../call/index.ts";
import { driveCall, drivenLegId, drivenTransactionId, type CallDriver } from "../testing/internal/call-driver.ts";
import { respond, type WireAction } from "../testing/internal/scripted-reply.ts";
import {
  callAndBridge,
  changeCallRecording,
  pause,
  speak,
  startCallRecording,
} from "../testing/internal/wire-actions.ts";

const stop = changeCallRecording("Stop");
const hold = changeCallRecording("Pause");
const resume = changeCallRecording("Resume");
const name = `2023/11/14/2023-11-14-22-13-20-000_${drivenTransactionId}_${drivenLegId}.wav`;

function run(...actions: readonly WireAction[]): CallDriver {
  return driveCall({ script: [respond(actions)] });
}

function doings(call: CallDriver): readonly string[] {
  return call.effects.map((effect) => effect.do).filter((what) => what.endsWith("-call-recording"));
}

function failure(call: CallDriver): readonly unknown[] {
  const { Type, ErrorType, ErrorMessage } = call.lastEvent().ActionData ?? {};
  return [call.lastEvent().InvocationEventType, Type, ErrorType, ErrorMessage];
}

const noRecording = (type: string) => [
  "ACTION_FAILED",
  type,
  "InvalidActionParameter",
  "CallId parameter for action is invalid",
];

describe("StartCallRecording (Contract: actions-call-recording-start)", () => {
  it("records without answering; as the last action it reports the destination: start of the leg in UTC, transaction, leg (Contract: actions-call-recording-key, actions-call-recording-utc)", () => {
    const call = run(startCallRecording());

    const [{ recordingId: _id, ...effect } = {}] = call.did("start-call-recording");
    assert.deepEqual(effect, {
      do: "start-call-recording",
      legId: drivenLegId,
      track: "both",
      destination: { bucket: "rec", key: `Amazon-Chime-SMA-Call-Recordings/${name}` },
    });
    assert.deepEqual(call.lastEvent().ActionData, {
      Type: "StartCallRecording",
      Parameters: { Track: "BOTH", Destination: { Type: "S3", Location: "rec" }, ParticipantTag: "LEG-A" },
      CallRecordingDestination: { Type: "S3", Location: `rec/Amazon-Chime-SMA-Call-Recordings/${name}` },
    });
    assert.equal(call.did("answer-leg").length, 0);
  });

  for (const [location, key] of [
    ["rec/calls", `calls/${name}`],
    ["rec/calls/", `calls/${name}`],
    ["rec/a/b", `a/b/${name}`],
    ["rec/", `Amazon-Chime-SMA-Call-Recordings/${name}`],
  ]) {
    it(`the location ${location} gives ${key}`, () => {
      const call = run(startCallRecording({ Destination: { Type: "S3", Location: location } }));

      assert.deepEqual(call.did("start-call-recording")[0]?.destination, { bucket: "rec", key });
    });
  }

  for (const [sent, track] of [
    ["INCOMING", "incoming"],
    ["OUTGOING", "outgoing"],
  ]) {
    it(`the track ${sent} is ${track}`, () => {
      assert.equal(run(startCallRecording({ Track: sent })).did("start-call-recording")[0]?.track, track);
    });
  }

  it("is not told in the middle of a list, and what is behind it runs at once", () => {
    const call = run(startCallRecording(), speak());
    assert.equal(call.did("play-audio").length, 1);
    call.advance(1_000);

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL"]);
    assert.equal(call.lastEvent().ActionData?.Type, "Speak");
  });

  it("each leg has its own recording, each once, until the leg ends", () => {
    const script = [
      respond([startCallRecording(), callAndBridge()]),
      respond([startCallRecording({ ParticipantTag: "LEG-B" })]),
    ];
    const call = driveCall({ script });
    const legB = call.state().legs[1]?.id;
    assert.ok(legB !== undefined);
    call.give({ type: "leg-answered", legId: legB });
    assert.deepEqual(
      call.did("start-call-recording").map(({ legId }) => legId),
      [drivenLegId, legB],
    );

    call.give({ type: "leg-ended", legId: legB, end: { type: "bye" } });
    assert.deepEqual(
      call.did("stop-call-recording").map(({ legId }) => legId),
      [legB],
    );
    call.end();

    assert.equal(call.did("stop-call-recording").length, 2);
    assert.deepEqual(call.state().recordings, []);
    assert.equal(call.state().finished, true);
  });

  it("a store that cannot be reached: NoAccessToDestination, as a pair and in one, and it may be tried again (Contract: events-error-member)", () => {
    const recording = { code: "OBJECTS_UNAVAILABLE", message: "no" };
    const call = driveCall({ recording, script: [respond([startCallRecording()]), respond([startCallRecording()])] });

    const { ErrorType, ErrorMessage } = call.lastEvent().ActionData ?? {};
    const both = call.lastEvent().ActionData?.["Error"];
    assert.deepEqual([ErrorType, ErrorMessage], ["NoAccessToDestination", "Error while accessing destination"]);
    assert.equal(both, "NoAccessToDestination: Error while accessing destination");
    assert.equal(call.did("start-call-recording").length, 2);
  });

  it("one that breaks off gives no event, and its leg can be recorded anew (Contract: actions-call-recording-breaks-off)", () => {
    const call = driveCall({ script: [respond([startCallRecording()]), respond([]), respond([startCallRecording()])] });
    const recordingId = call.did("start-call-recording")[0]?.recordingId ?? "";
    const reported = call.eventTypes();

    call.give({ type: "recording-failed", recordingId, error: { code: "MEDIA_RECORDING_FAILED", message: "full" } });
    assert.deepEqual(call.eventTypes(), reported);

    call.update();
    assert.equal(call.did("start-call-recording").length, 2);
    assert.equal(call.lastEvent().InvocationEventType, "ACTION_SUCCESSFUL");
  });

  it("a leg that cannot be recorded: SystemException", () => {
    const call = driveCall({
      recording: { code: "MEDIA_SESSION_CLOSED", message: "no" },
      script: [respond([startCallRecording()])],
    });

    assert.equal(call.lastEvent().ActionData?.ErrorType, "SystemException");
  });

  const refusals: readonly [JsonObject, string][] = [
    [{ Track: "ALL" }, "Track"],
    [{ Track: "toString" }, "Track"],
    [{ Track: undefined }, "Track"],
    [{ Destination: undefined }, "Destination"],
    [{ Destination: { Type: "S3" } }, "Destination"],
    [{ Destination: { Type: "FTP", Location: "rec" } }, "Destination"],
    [{ Destination: { Type: "S3", Location: "rec/../up" } }, "Destination"],
    [{ Destination: { Type: "S3", Location: "/rec" } }, "Destination"],
  ];
  for (const [parameters, wrong] of refusals) {
    it(`refuses ${JSON.stringify(parameters)} with "${wrong} parameter value is invalid."`, () => {
      const call = run(startCallRecording(parameters));

      assert.deepEqual(failure(call).slice(2), ["InvalidActionParameter", `${wrong} parameter value is invalid.`]);
    });
  }
});

describe("Stop, Pause and ResumeCallRecording (Contract: actions-call-recording)", () => {
  it("change the recording at once, echo, and are reported only as the last", () => {
    const call = run(startCallRecording(), hold, resume, hold, stop);

    assert.deepEqual(doings(call), [
      "start-call-recording",
      "pause-call-recording",
      "resume-call-recording",
      "pause-call-recording",
      "stop-call-recording",
    ]);
    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL"]);
    assert.deepEqual(call.lastEvent().ActionData, {
      Type: "StopCallRecording",
      Parameters: { ParticipantTag: "LEG-A" },
    });
  });

  it("a second pause or resume changes nothing", () => {
    const call = run(startCallRecording(), resume, hold, hold, resume, resume, pause());

    assert.deepEqual(doings(call), ["start-call-recording", "pause-call-recording", "resume-call-recording"]);
    assert.equal(call.state().list.running?.request.type, "Pause");
  });

  it("a recording that was stopped is not stopped again when the leg ends (Contract: actions-call-recording-stop)", () => {
    const call = run(startCallRecording(), stop);
    call.end({ type: "cancelled" });

    assert.equal(call.did("stop-call-recording").length, 1);
  });

  for (const what of ["Stop", "Pause", "Resume"] as const) {
    it(`${what}CallRecording without a recording, and after its end, is InvalidActionParameter (Contract: actions-call-recording-once)`, () => {
      assert.deepEqual(failure(run(changeCallRecording(what))), noRecording(`${what}CallRecording`));
      const stopped = run(startCallRecording(), stop, changeCallRecording(what));
      assert.deepEqual(failure(stopped), noRecording(`${what}CallRecording`));
    });
  }

  it("a second start, and one after the end, is InvalidActionParameter (Contract: actions-call-recording-once)", () => {
    const twice = run(startCallRecording(), startCallRecording());
    assert.deepEqual(failure(twice), noRecording("StartCallRecording"));
    const again = run(startCallRecording(), stop, startCallRecording());
    assert.deepEqual(failure(again), noRecording("StartCallRecording"));
    assert.equal(again.did("start-call-recording").length, 1);
  });
});
