import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../call/index.ts";
import { driveCall } from "../testing/internal/call-driver.ts";
import { respond } from "../testing/internal/scripted-reply.ts";
import { pause, playAudioAndGetDigits } from "../testing/internal/wire-actions.ts";

function run(parameters: JsonObject = {}) {
  return driveCall({ audio: "by-hand", script: [respond([playAudioAndGetDigits(parameters)])] });
}

const source = (Key: string) => ({ Type: "S3", BucketName: "prompts", Key });

describe("PlayAudioAndGetDigits (Contract: actions-get-digits)", () => {
  it("answers an unanswered call and plays the stored prompt once", () => {
    const call = run();

    assert.equal(call.did("answer-leg").length, 1);
    assert.deepEqual(
      call.did("play-audio").map((one) => [one.source, one.repeat]),
      [[{ type: "object", bucket: "prompts", key: "prompt.wav" }, 1]],
    );
  });

  it("gets both files ready as soon as the list is accepted", () => {
    const call = driveCall({ script: [respond([pause(), playAudioAndGetDigits()])] });

    assert.deepEqual(
      call.did("prepare-audio").map((one) => one.source),
      ["prompt.wav", "bad.wav"].map((key) => ({ type: "object", bucket: "prompts", key })),
    );
  });

  it("tells the keys beside the parameters, with defaults filled in but no terminators (Contract: events-echo, events-echo-terminators)", () => {
    const call = run({ InputDigitsRegex: "^\\d{4}$", MinNumberOfDigits: "3", Repeat: "3" });

    for (const key of "1234#") call.press(key);

    assert.deepEqual(call.lastEvent().ActionData, {
      Type: "PlayAudioAndGetDigits",
      Parameters: {
        AudioSource: source("prompt.wav"),
        FailureAudioSource: source("bad.wav"),
        InputDigitsRegex: "^\\d{4}$",
        MinNumberOfDigits: 3,
        MaxNumberOfDigits: 128,
        InBetweenDigitsDurationInMilliseconds: 5_000,
        Repeat: 3,
        RepeatDurationInMilliseconds: 5_000,
        ParticipantTag: "LEG-A",
      },
      ReceivedDigits: "1234",
    });
  });

  it("echoes terminators that were sent, and parameters that it does not know", () => {
    const call = run({ TerminatorDigits: ["*"], Comment: "?", MaxNumberOfDigits: 1 });

    call.press("7");

    const { TerminatorDigits, Comment } = call.lastEvent().ActionData?.Parameters ?? {};
    assert.deepEqual([TerminatorDigits, Comment], [["*"], "?"]);
  });

  it("shows used-up attempts as InvalidDigitsReceived, without keys (Contract: actions-get-digits-failed, actions-get-digits-failed-text)", () => {
    const call = run({ MinNumberOfDigits: 2 });

    call.press("1");
    call.press("#");
    call.finishPlayback();

    const data = call.lastEvent().ActionData;
    assert.equal(call.lastEvent().InvocationEventType, "ACTION_FAILED");
    assert.deepEqual(
      [data?.ErrorType, data?.ErrorMessage, data?.["ReceivedDigits"]],
      ["InvalidDigitsReceived", "The digits received are invalid.", undefined],
    );
    assert.equal(data?.Parameters["MinNumberOfDigits"], 2);
  });
});

const badSource = ["InvalidAudioSource", "Audio Source parameter value is invalid."] as const;
const noAccess = ["InvalidAudioSource", "Cannot access S3 bucket or audio file."] as const;
const badLeg = ["InvalidActionParameter", "CallId or ParticipantTag parameter for action is invalid."] as const;
const bad = (name: string) => ["InvalidActionParameter", `The ${name} parameter is invalid.`] as const;

const refusals: readonly [why: string, parameters: JsonObject, readonly [errorType: string, errorMessage: string]][] = [
  ["AudioSource is null", { AudioSource: null }, badSource],
  ["FailureAudioSource is missing", { FailureAudioSource: undefined }, badSource],
  ["FailureAudioSource has no key", { FailureAudioSource: source("") }, badSource],
  ["MaxNumberOfDigits is 129", { MaxNumberOfDigits: 129 }, bad("MaxNumberOfDigits")],
  ["RepeatDurationInMilliseconds is 0", { RepeatDurationInMilliseconds: 0 }, bad("RepeatDurationInMilliseconds")],
  [
    "RepeatDurationInMilliseconds is missing",
    { RepeatDurationInMilliseconds: undefined },
    bad("RepeatDurationInMilliseconds"),
  ],
  ["InputDigitsRegex does not compile", { InputDigitsRegex: "(\\d" }, bad("InputDigitsRegex")],
  ["there is no LEG-B", { ParticipantTag: "LEG-B" }, badLeg],
];

describe("PlayAudioAndGetDigits: failures (Contract: actions-get-digits)", () => {
  for (const [why, parameters, [errorType, errorMessage]] of refusals) {
    it(`fails with ${errorType} "${errorMessage}" when ${why}`, () => {
      const call = run(parameters);

      const { ErrorType, ErrorMessage } = call.lastEvent().ActionData ?? {};
      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED"]);
      assert.deepEqual([ErrorType, ErrorMessage], [errorType, errorMessage]);
      assert.equal(call.did("play-audio").length, 0);
    });
  }

  for (const [code, expected] of [
    ["CALL_AUDIO_NOT_FOUND", noAccess],
    ["MEDIA_UNSUPPORTED_AUDIO", badSource],
    ["ANYTHING_ELSE", ["SystemException", "System error while running action"]],
  ] as const) {
    for (const which of ["prompt", "failure prompt"] as const) {
      it(`shows ${code} of the ${which} as ${expected[0]} "${expected[1]}"`, () => {
        const call = run({ MinNumberOfDigits: 1, Repeat: 3 });
        if (which === "failure prompt") call.press("#");

        call.failPlayback(code);

        const { ErrorType, ErrorMessage } = call.lastEvent().ActionData ?? {};
        assert.equal(call.lastEvent().InvocationEventType, "ACTION_FAILED");
        assert.deepEqual([ErrorType, ErrorMessage], expected);
      });
    }
  }

  it("says in the log why a pattern does not compile; the event has the documented text only", () => {
    const call = run({ InputDigitsRegex: "(\\d" });

    assert.match(call.did("warn")[0]?.message ?? "", /PlayAudioAndGetDigits failed, .*group/i);
  });
});
