import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../call/index.ts";
import { driveCall } from "../testing/internal/call-driver.ts";
import { respond } from "../testing/internal/scripted-reply.ts";
import { speakAndGetDigits } from "../testing/internal/wire-actions.ts";

function run(parameters: JsonObject = {}) {
  return driveCall({ audio: "by-hand", script: [respond([speakAndGetDigits(parameters)])] });
}

describe("SpeakAndGetDigits (Contract: actions-get-digits)", () => {
  it("answers, says the text with the defaults of Speak, and gets both texts ready", () => {
    const call = run();

    const speech = { textType: "text", engine: "standard", voiceId: "Joanna", languageCode: undefined };
    assert.equal(call.did("answer-leg").length, 1);
    assert.deepEqual(
      call.did("play-audio").map((one) => one.source),
      [{ type: "speech", speech: { text: "Your number, please", ...speech } }],
    );
    assert.deepEqual(
      call.did("prepare-audio").map((one) => one.source),
      ["Your number, please", "That was wrong"].map((text) => ({ type: "speech", speech: { text, ...speech } })),
    );
  });

  it("speaks the failure text as it speaks the other, where nothing else is said", () => {
    const call = run({
      SpeechParameters: {
        ...{ Text: "<speak>Pin</speak>", TextType: "ssml", Engine: "neural", VoiceId: "Matthew" },
        LanguageCode: "en-US",
      },
      FailureSpeechParameters: { Text: "<speak>No</speak>", VoiceId: "", Engine: "standard" },
      MinNumberOfDigits: 1,
    });
    call.press("#");

    assert.deepEqual(call.did("play-audio").at(-1)?.source, {
      type: "speech",
      speech: {
        ...{ text: "<speak>No</speak>", textType: "ssml", engine: "standard", voiceId: "Matthew" },
        languageCode: "en-US",
      },
    });
  });

  it("tells the keys beside the parameters; time between keys and voices are filled in, terminators are not", () => {
    const call = run({ MaxNumberOfDigits: 1 });

    call.press("7");

    const how = { Engine: "standard", TextType: "text", VoiceId: "Joanna" };
    assert.deepEqual(call.lastEvent().ActionData, {
      Type: "SpeakAndGetDigits",
      Parameters: {
        SpeechParameters: { Text: "Your number, please", ...how },
        FailureSpeechParameters: { Text: "That was wrong", ...how },
        MinNumberOfDigits: 0,
        MaxNumberOfDigits: 1,
        InBetweenDigitsDurationInMilliseconds: 5_000,
        Repeat: 1,
        RepeatDurationInMilliseconds: 5_000,
        ParticipantTag: "LEG-A",
      },
      ReceivedDigits: "7",
    });
  });
});

const missing = ["MissingRequiredActionParameter", "Missing required action parameter."] as const;
const noText = ["MissingRequiredActionParameter", "Text is a required parameter."] as const;
const longText = ["MissingRequiredActionParameter", "Text is limited to 1,000 characters"] as const;
const bad = (errorMessage: string) => ["InvalidActionParameter", errorMessage] as const;
const long = { Text: "a".repeat(1_001) };

const refusals: readonly [why: string, parameters: JsonObject, readonly [errorType: string, errorMessage: string]][] = [
  ["SpeechParameters are missing", { SpeechParameters: undefined }, missing],
  ["FailureSpeechParameters are missing", { FailureSpeechParameters: undefined }, missing],
  ["SpeechParameters are a text", { SpeechParameters: "Hello" }, bad("SpeechParameters must be an object.")],
  [
    "FailureSpeechParameters are a list",
    { FailureSpeechParameters: [] },
    bad("FailureSpeechParameters must be an object."),
  ],
  ["there is no Text", { SpeechParameters: {} }, noText],
  ["there is no Text for failures: it is not taken over", { FailureSpeechParameters: {} }, noText],
  ["the text is too long", { SpeechParameters: long }, longText],
  ["the text for failures is too long", { FailureSpeechParameters: long }, longText],
  [
    "the engine does not exist",
    { SpeechParameters: { Text: "a", Engine: "x" } },
    bad("Engine must be standard, neural, long-form or generative."),
  ],
  ["MaxNumberOfDigits is -1", { MaxNumberOfDigits: -1 }, bad("The MaxNumberOfDigits parameter is invalid.")],
  ["InputDigitsRegex does not compile", { InputDigitsRegex: "[" }, bad("The InputDigitsRegex parameter is invalid.")],
  [
    "RepeatDurationInMilliseconds is missing",
    { RepeatDurationInMilliseconds: null },
    bad("The RepeatDurationInMilliseconds parameter is invalid."),
  ],
  ["the CallId is unknown", { CallId: "x" }, bad("CallId or ParticipantTag parameter for action is invalid.")],
];

const throttled = "Amazon Polly is throttling the request to synthesize speech.";

describe("SpeakAndGetDigits: failures (Contract: actions-get-digits, actions-speak)", () => {
  for (const [why, parameters, [errorType, errorMessage]] of refusals) {
    it(`fails with ${errorType} "${errorMessage}" when ${why}`, () => {
      const call = run(parameters);

      const { ErrorType, ErrorMessage } = call.lastEvent().ActionData ?? {};
      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED"]);
      assert.deepEqual([ErrorType, ErrorMessage], [errorType, errorMessage]);
    });
  }

  for (const [code, errorType, errorMessage] of [
    ["SPEECH_THROTTLED", "ActionExecutionThrottled", throttled],
    ["SPEECH_BAD_SSML", "InvalidActionParameter", "SPEECH_BAD_SSML"],
    ["ANYTHING_ELSE", "SystemException", "System error while running action"],
  ] as const) {
    it(`shows ${code} as ${errorType} "${errorMessage}"`, () => {
      const call = run();

      call.failPlayback(code);

      const { ErrorType, ErrorMessage } = call.lastEvent().ActionData ?? {};
      assert.deepEqual([ErrorType, ErrorMessage], [errorType, errorMessage]);
    });
  }
});
