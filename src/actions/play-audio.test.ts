import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../call/index.ts";
import { driveCall } from "../testing/internal/call-driver.ts";
import { respond } from "../testing/internal/scripted-reply.ts";
import { playAudio } from "../testing/internal/wire-actions.ts";

function play(parameters: JsonObject = {}) {
  return driveCall({ audio: "by-hand", script: [respond([playAudio("hello.wav", parameters)])] });
}

const source = { Type: "S3", BucketName: "prompts", Key: "hello.wav" };

describe("PlayAudio: parameters (Contract: actions-play-audio)", () => {
  it("answers and plays the stored file once", () => {
    const call = play();

    assert.equal(call.did("answer-leg").length, 1);
    assert.deepEqual(
      call.did("play-audio").map((one) => [one.source, one.repeat]),
      [[{ type: "object", bucket: "prompts", key: "hello.wav" }, 1]],
    );
  });

  const repeats: readonly [sent: unknown, plays: number, echo: number][] = [
    [undefined, 1, 1],
    [null, 1, 1],
    ["", 1, 1],
    [3, 3, 3],
    ["5", 5, 5],
    ["2.0", 2, 2],
    [0, 1, 0],
    ["0", 1, 0],
    [9_999, 9_999, 9_999],
  ];
  for (const [sent, plays, echo] of repeats) {
    it(`plays ${plays} times and echoes the number ${echo} for Repeat ${JSON.stringify(sent) ?? "left out"}`, () => {
      const call = play(sent === undefined ? {} : { Repeat: sent });

      call.finishPlayback();

      assert.equal(call.did("play-audio")[0]?.repeat, plays);
      assert.deepEqual(call.lastEvent().ActionData, {
        Type: "PlayAudio",
        Parameters: { AudioSource: source, Repeat: echo, ParticipantTag: "LEG-A" },
      });
    });
  }

  it("gets the file ready as soon as the list is accepted, also when another action comes first", () => {
    const call = driveCall({
      script: [respond([{ Type: "Pause", Parameters: { DurationInMilliseconds: 500 } }, playAudio()])],
    });

    assert.deepEqual(
      call.did("prepare-audio").map((one) => one.source),
      [{ type: "object", bucket: "prompts", key: "hello.wav" }],
    );
    assert.equal(call.did("play-audio").length, 0);
  });
});

describe("PlayAudio: keys", () => {
  it("stops at a terminator and succeeds, without telling the key", () => {
    const call = play({ PlaybackTerminators: ["*", "#"] });

    call.press("#");

    assert.equal(call.did("stop-playback").length, 1);
    assert.equal(call.lastEvent().InvocationEventType, "ACTION_SUCCESSFUL");
    assert.deepEqual(call.lastEvent().ActionData, {
      Type: "PlayAudio",
      Parameters: { AudioSource: source, PlaybackTerminators: ["*", "#"], Repeat: 1, ParticipantTag: "LEG-A" },
    });
  });

  it("takes a terminator that was sent as a number", () => {
    const call = play({ PlaybackTerminators: [1] });

    call.press("1");

    assert.equal(call.lastEvent().InvocationEventType, "ACTION_SUCCESSFUL");
  });

  for (const terminators of [undefined, [], ["*"], "", null]) {
    it(`plays on after "#" with PlaybackTerminators ${JSON.stringify(terminators) ?? "left out"}`, () => {
      const call = play(terminators === undefined ? {} : { PlaybackTerminators: terminators });

      call.press("#");

      assert.equal(call.did("stop-playback").length, 0);
      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL"]);
    });
  }

  it("does not hear of the end of a playback that a key stopped", () => {
    const call = play({ PlaybackTerminators: ["#"] });
    call.press("#");

    call.finishPlayback();

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL"]);
    assert.equal(call.did("ignore").at(-1)?.input, "playback-finished");
  });
});

const badSource = ["InvalidAudioSource", "Audio Source parameter value is invalid."] as const;
const badLeg = ["InvalidActionParameter", "CallId or ParticipantTag parameter for action is invalid."] as const;
const badTerminators = ["InvalidActionParameter", "The PlaybackTerminators parameter is invalid."] as const;
const badRepeat = ["InvalidActionParameter", "The Repeat parameter is invalid."] as const;
const failures: readonly [why: string, parameters: JsonObject, readonly [errorType: string, errorMessage: string]][] = [
  ["AudioSource is null", { AudioSource: null }, badSource],
  ["AudioSource is a string", { AudioSource: "hello.wav" }, badSource],
  ["AudioSource.Type is missing", { AudioSource: { ...source, Type: undefined } }, badSource],
  ["AudioSource.Type is not S3", { AudioSource: { ...source, Type: "HTTP" } }, badSource],
  ["BucketName is empty", { AudioSource: { ...source, BucketName: "" } }, badSource],
  ["BucketName is missing", { AudioSource: { Type: "S3", Key: "a.wav" } }, badSource],
  ["Key is empty", { AudioSource: { ...source, Key: "" } }, badSource],
  ["Key is an object", { AudioSource: { ...source, Key: {} } }, badSource],
  ["PlaybackTerminators is a string", { PlaybackTerminators: "#" }, badTerminators],
  ["a terminator has two characters", { PlaybackTerminators: ["##"] }, badTerminators],
  ["a terminator is no key", { PlaybackTerminators: ["A"] }, badTerminators],
  ["a terminator is an object", { PlaybackTerminators: [{ toString: null, valueOf: null }] }, badTerminators],
  ["a terminator is a list", { PlaybackTerminators: [["1"]] }, badTerminators],
  ["Repeat is negative", { Repeat: -1 }, badRepeat],
  ["Repeat is a fraction", { Repeat: 1.5 }, badRepeat],
  ["Repeat is a word", { Repeat: "twice" }, badRepeat],
  ["the CallId is unknown", { CallId: "x" }, badLeg],
  ["there is no LEG-B", { ParticipantTag: "LEG-B" }, badLeg],
];

describe("PlayAudio: failures before it plays", () => {
  for (const [why, parameters, [errorType, errorMessage]] of failures) {
    it(`fails with ${errorType} "${errorMessage}" when ${why}`, () => {
      const call = play(parameters);

      const { ErrorType, ErrorMessage } = call.lastEvent().ActionData ?? {};
      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED"]);
      assert.deepEqual([ErrorType, ErrorMessage], [errorType, errorMessage]);
      assert.equal(call.did("play-audio").length, 0);
    });
  }

  it("fails without any parameters", () => {
    const call = driveCall({ script: [respond([{ Type: "PlayAudio" }])] });

    assert.equal(call.events[1]?.ActionData?.ErrorType, "InvalidAudioSource");
    assert.deepEqual(call.events[1]?.ActionData?.Parameters, { ParticipantTag: "LEG-A" });
  });
});

const noAccess = ["InvalidAudioSource", "Cannot access S3 bucket or audio file."] as const;
const atPlaying: readonly [code: string, readonly [errorType: string, errorMessage: string]][] = [
  ["CALL_AUDIO_NOT_FOUND", noAccess],
  ["OBJECTS_UNAVAILABLE", noAccess],
  ["OBJECTS_BAD_NAME", noAccess],
  ["MEDIA_UNSUPPORTED_AUDIO", badSource],
  ["CALL_AUDIO_TOO_LARGE", badSource],
  ["MEDIA_ANYTHING_ELSE", ["SystemException", "System error while running action"]],
];

describe("PlayAudio: failures of the file (Contract: actions-audio-source, actions-errors, actions-error-wording)", () => {
  for (const [code, [errorType, errorMessage]] of atPlaying) {
    it(`shows ${code} as ${errorType} "${errorMessage}", and what comes after does not run`, () => {
      const call = driveCall({ audio: "by-hand", script: [respond([playAudio(), playAudio("next.wav")])] });

      call.failPlayback(code);

      const { ErrorType, ErrorMessage } = call.lastEvent().ActionData ?? {};
      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED"]);
      assert.deepEqual([ErrorType, ErrorMessage], [errorType, errorMessage]);
      assert.equal(call.did("play-audio").length, 1);
    });
  }
});
