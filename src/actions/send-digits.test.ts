import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../call/index.ts";
import { driveCall, drivenLegId } from "../testing/internal/call-driver.ts";
import { respond } from "../testing/internal/scripted-reply.ts";
import { pause, sendDigits, speak } from "../testing/internal/wire-actions.ts";

function send(digits: unknown, parameters: JsonObject = {}) {
  return driveCall({ script: [respond([sendDigits(digits, parameters), pause()])] });
}

describe("SendDigits (Contract: actions-send-digits)", () => {
  it("answers, sends the keys with tones of 250 ms and gaps of 100 ms, and echoes the tone (Contract: actions-send-digits-gap)", () => {
    const call = driveCall({ script: [respond([sendDigits("01*#ABCD,9")])] });
    call.advance(1_000);

    assert.deepEqual(
      call.did("send-digits").map(({ sendId: _id, ...sent }) => sent),
      [{ do: "send-digits", legId: drivenLegId, digits: "01*#ABCD,9", toneMs: 250, gapMs: 100 }],
    );
    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL"]);
    assert.deepEqual(call.lastEvent().ActionData, {
      Type: "SendDigits",
      Parameters: { Digits: "01*#ABCD,9", ToneDurationInMilliseconds: 250, ParticipantTag: "LEG-A" },
    });
  });

  it("holds the list until all are sent, and is reported only as the last (Contract: actions-send-digits-wait, events-success-last)", () => {
    const call = send("12");
    call.advance(999);
    assert.equal(call.state().list.running?.request.type, "SendDigits");

    call.advance(1);

    assert.equal(call.state().list.running?.request.type, "Pause");
    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL"]);
  });

  it("does not take the end of other keys for its own", () => {
    const call = send("12");

    call.give({ type: "digits-sent", sendId: "x" });

    assert.equal(call.state().list.running?.request.type, "SendDigits");
    assert.equal(call.did("ignore").at(-1)?.input, "digits-sent");
  });

  it("goes on to its end when an update comes; then the new list runs (Contract: events-uninterrupted)", () => {
    const call = driveCall({ sendDigitsMs: 3_000, script: [respond([sendDigits()]), respond([speak()])] });
    call.update();
    assert.equal(call.did("play-audio").length, 0);

    call.advance(3_000);

    assert.equal(call.did("play-audio").length, 1);
    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "CALL_UPDATE_REQUESTED"]);
  });

  it("fails with SystemException when the far end leaves meanwhile, then HANGUP (Contract: events-leg-leaves-action)", () => {
    const call = send("12");

    call.end();

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
    assert.equal(call.events[1]?.ActionData?.ErrorType, "SystemException");
  });

  for (const digits of ["1", 5, "0123456789*#ABCD,", "1,,,,,,,,,,,,,,,,,,,,2,3,4,5,6,7,8", "1".repeat(50), ","]) {
    it(`sends ${JSON.stringify(digits)} (Contract: actions-send-digits)`, () => {
      assert.equal(send(digits).did("send-digits")[0]?.digits, String(digits));
    });
  }

  for (const [tone, toneMs] of [
    [50, 50],
    ["100", 100],
    [300, 300],
    [24_000, 24_000],
    ["", 250],
    [null, 250],
  ] as const) {
    it(`sends tones of ${toneMs} ms for ToneDurationInMilliseconds ${JSON.stringify(tone)}`, () => {
      assert.equal(send("1", { ToneDurationInMilliseconds: tone }).did("send-digits")[0]?.toneMs, toneMs);
    });
  }

  it("the gap is a limit of the server", () => {
    const call = driveCall({ limits: { digitGapMs: 60 }, script: [respond([sendDigits()])] });

    assert.equal(call.did("send-digits")[0]?.gapMs, 60);
  });
});

const badDigits = "Digits parameter value is invalid.";
const badTone = "ToneDuration parameter value is invalid.";
const badLeg = "CallId or ParticipantTag parameter for action is invalid.";
const refusals: readonly [why: string, digits: unknown, parameters: JsonObject, errorMessage: string][] = [
  ['Digits are ""', "", {}, badDigits],
  ["Digits are missing", "1", { Digits: undefined }, badDigits],
  ["Digits are 51 characters", "1".repeat(51), {}, badDigits],
  ["Digits hold another letter", "12E", {}, badDigits],
  ["Digits hold a small letter", "12a", {}, badDigits],
  ["Digits hold a space", "1 2", {}, badDigits],
  ["Digits are a list", ["1"], {}, badDigits],
  ["the tone is 49 ms", "1", { ToneDurationInMilliseconds: 49 }, badTone],
  ["the tone is 24,001 ms", "1", { ToneDurationInMilliseconds: 24_001 }, badTone],
  ["the tone is a word", "1", { ToneDurationInMilliseconds: "long" }, badTone],
  ["there is no LEG-B", "1", { ParticipantTag: "LEG-B" }, badLeg],
];

describe("SendDigits: failures (Contract: actions-send-digits)", () => {
  for (const [why, digits, parameters, errorMessage] of refusals) {
    it(`fails with InvalidActionParameter "${errorMessage}" when ${why}`, () => {
      const call = send(digits, parameters);

      const { ErrorType, ErrorMessage } = call.lastEvent().ActionData ?? {};
      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED"]);
      assert.deepEqual([ErrorType, ErrorMessage], ["InvalidActionParameter", errorMessage]);
      assert.equal(call.did("send-digits").length, 0);
    });
  }
});
