import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../call/index.ts";
import { driveCall, drivenLegId } from "../testing/internal/call-driver.ts";
import { respond } from "../testing/internal/scripted-reply.ts";

function say(parameters: JsonObject) {
  return driveCall({ audio: "by-hand", script: [respond([{ Type: "Speak", Parameters: parameters }])] });
}

const ofJoanna = { textType: "text", engine: "standard", voiceId: "Joanna", languageCode: undefined };

describe("Speak: parameters (Contract: actions-speak)", () => {
  it("fills in engine, voice and text type when only Text is sent", () => {
    const call = say({ Text: "Hello" });

    const [played] = call.did("play-audio");
    assert.deepEqual(played?.source, { type: "speech", speech: { text: "Hello", ...ofJoanna } });
    assert.equal(played?.repeat, 1);
  });

  it("passes engine, voice, language and text type on", () => {
    const call = say({
      Text: "<speak>A</speak>",
      Engine: "neural",
      LanguageCode: "en-GB",
      TextType: "ssml",
      VoiceId: "Amy",
    });

    assert.deepEqual(call.did("play-audio")[0]?.source, {
      type: "speech",
      speech: { text: "<speak>A</speak>", textType: "ssml", engine: "neural", voiceId: "Amy", languageCode: "en-GB" },
    });
  });

  for (const absent of ["", null]) {
    it(`takes ${JSON.stringify(absent)} for a parameter that was not sent`, () => {
      const call = say({ Text: "Hello", Engine: absent, LanguageCode: absent, TextType: absent, VoiceId: absent });

      assert.deepEqual(call.did("play-audio")[0]?.source, { type: "speech", speech: { text: "Hello", ...ofJoanna } });
    });
  }

  it("takes Engine and TextType in any case", () => {
    const call = say({ Text: "Hello", Engine: "Neural", TextType: "TEXT" });

    const speech = { text: "Hello", ...ofJoanna, engine: "neural" };
    assert.deepEqual(call.did("play-audio")[0]?.source, { type: "speech", speech });
  });

  it("uses the default voice when the key is misspelt as Voice", () => {
    const call = say({ Text: "Hello", Voice: "Brian" });

    assert.deepEqual(call.did("play-audio")[0]?.source, { type: "speech", speech: { text: "Hello", ...ofJoanna } });
  });

  it("says a Text that was sent as a number", () => {
    const call = say({ Text: 4711 });

    assert.deepEqual(call.did("play-audio")[0]?.source, { type: "speech", speech: { text: "4711", ...ofJoanna } });
  });

  it("keeps line breaks, runs of spaces and apostrophes of the text", () => {
    const text = "<speak>\n  It's   <say-as interpret-as='digits'>42</say-as>\n</speak>";
    const call = say({ Text: text, TextType: "ssml" });

    const source = call.did("play-audio")[0]?.source;
    assert.equal(source?.type === "speech" && source.speech.text, text);
  });

  it("says a text of exactly 1,000 characters", () => {
    const call = say({ Text: "a".repeat(1_000) });

    assert.equal(call.did("play-audio").length, 1);
  });
});

describe("Speak: echo and end", () => {
  it("echoes what was sent with the defaults and the tag, and nothing that was not sent", () => {
    const call = say({ Text: "Hello", Unknown: { kept: true } });

    call.finishPlayback();

    assert.deepEqual(call.lastEvent().ActionData, {
      Type: "Speak",
      Parameters: {
        Text: "Hello",
        Unknown: { kept: true },
        Engine: "standard",
        TextType: "text",
        VoiceId: "Joanna",
        ParticipantTag: "LEG-A",
      },
    });
  });

  it("echoes CallId and tag when the CallId was sent", () => {
    const call = say({ Text: "Hello", CallId: drivenLegId });

    call.finishPlayback();

    const { CallId, ParticipantTag } = call.lastEvent().ActionData?.Parameters ?? {};
    assert.deepEqual([CallId, ParticipantTag], [drivenLegId, "LEG-A"]);
  });

  it("does not end on a key, which nothing else takes either", () => {
    const call = say({ Text: "Hello" });

    call.press("#");

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL"]);
    assert.equal(call.did("ignore").at(-1)?.input, "digit");
  });

  it("gets its speech ready as soon as the list is accepted, before the leg is answered", () => {
    const call = say({ Text: "Hello" });

    const steps = ["prepare-audio", "answer-leg", "play-audio"];
    const order = call.effects.map((effect) => effect.do).filter((kind) => steps.includes(kind));
    assert.deepEqual(order, steps);
  });
});

const failures: readonly [why: string, parameters: JsonObject, errorType: string, errorMessage: string][] = [
  ["Text is absent", {}, "MissingRequiredActionParameter", "Text is a required parameter."],
  ["Text is empty", { Text: "" }, "MissingRequiredActionParameter", "Text is a required parameter."],
  ["Text is null", { Text: null }, "MissingRequiredActionParameter", "Text is a required parameter."],
  ["Text is an object", { Text: {} }, "InvalidActionParameter", "Text must be a string."],
  [
    "Text has 1,001 characters",
    { Text: "a".repeat(1_001) },
    "MissingRequiredActionParameter",
    "Text is limited to 1,000 characters",
  ],
  ["TextType is unknown", { Text: "a", TextType: "html" }, "InvalidActionParameter", "TextType must be text or ssml."],
  [
    "Engine is unknown",
    { Text: "a", Engine: "x" },
    "InvalidActionParameter",
    "Engine must be standard, neural, long-form or generative.",
  ],
  [
    "Engine is a number",
    { Text: "a", Engine: 1 },
    "InvalidActionParameter",
    "Engine must be standard, neural, long-form or generative.",
  ],
  ["VoiceId is no string", { Text: "a", VoiceId: {} }, "InvalidActionParameter", "VoiceId must be a string."],
  [
    "LanguageCode is no string",
    { Text: "a", LanguageCode: [] },
    "InvalidActionParameter",
    "LanguageCode must be a string.",
  ],
  [
    "the CallId is unknown",
    { Text: "a", CallId: "of-an-older-call" },
    "InvalidActionParameter",
    "CallId or ParticipantTag parameter for action is invalid.",
  ],
  [
    "there is no LEG-B",
    { Text: "a", ParticipantTag: "LEG-B" },
    "InvalidActionParameter",
    "CallId or ParticipantTag parameter for action is invalid.",
  ],
];

describe("Speak: failures before it speaks", () => {
  for (const [why, parameters, errorType, errorMessage] of failures) {
    it(`fails with ${errorType} "${errorMessage}" when ${why}`, () => {
      const call = say(parameters);

      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED"]);
      assert.equal(call.lastEvent().ActionData?.ErrorType, errorType);
      assert.equal(call.lastEvent().ActionData?.ErrorMessage, errorMessage);
      assert.equal(call.did("play-audio").length, 0);
      assert.equal(call.did("answer-leg").length, 0);
    });
  }
});

const throttled = "Amazon Polly is throttling the request to synthesize speech.";
const systemError = "System error while running action";
const spoken: readonly [code: string, message: string, errorType: string, errorMessage: string][] = [
  ["SPEECH_BAD_SSML", "<p> is not closed", "InvalidActionParameter", "<p> is not closed"],
  ["SPEECH_UNKNOWN_VOICE", "no voice Bob", "InvalidActionParameter", "no voice Bob"],
  ["SPEECH_UNSUPPORTED_LANGUAGE", "no fi-FI", "InvalidActionParameter", "no fi-FI"],
  ["SPEECH_NO_ENGINE", "install it", "InvalidActionParameter", "install it"],
  ["SPEECH_UNSPEAKABLE", "Han only", "InvalidActionParameter", "Han only"],
  ["SPEECH_TOO_LONG", "a million", "InvalidActionParameter", "a million"],
  ["SPEECH_REFUSED", "no such engine", "InvalidActionParameter", "no such engine"],
  [
    "SPEECH_ACCESS_DENIED",
    "no credentials",
    "AccessDenied",
    "The AWSServiceRoleForAmazonChimeVoiceConnector service-linked role is not configured correctly.",
  ],
  ["SPEECH_UNAVAILABLE", "too slow", "SystemException", systemError],
  ["SPEECH_THROTTLED", "busy", "ActionExecutionThrottled", throttled],
  ["SPEECH_FAILED", "the worker ended", "SystemException", systemError],
  ["ANYTHING_ELSE", "a secret path", "SystemException", systemError],
];

describe("Speak: failures of the speech engine", () => {
  for (const [code, message, errorType, errorMessage] of spoken) {
    it(`shows ${code} as ${errorType}`, () => {
      const call = say({ Text: "Hello" });

      call.failPlayback(code, message);

      assert.equal(call.lastEvent().InvocationEventType, "ACTION_FAILED");
      assert.equal(call.lastEvent().ActionData?.ErrorType, errorType);
      assert.equal(call.lastEvent().ActionData?.ErrorMessage, errorMessage);
    });
  }
});
