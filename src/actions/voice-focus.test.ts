import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { driveCall } from "../testing/internal/call-driver.ts";
import { respond } from "../testing/internal/scripted-reply.ts";
import { pause, speak } from "../testing/internal/wire-actions.ts";

const focus = (Enable: unknown, more: object = {}) => ({ Type: "VoiceFocus", Parameters: { Enable, ...more } });

describe("VoiceFocus (Contract: actions-voice-focus, actions-voice-focus-effect)", () => {
  for (const [sent, enable] of [
    [true, true],
    ["True", true],
    ["true", true],
    [false, false],
    ["False", false],
  ] as const) {
    it(`takes ${JSON.stringify(sent)}, echoes ${enable} and does not answer`, () => {
      const call = driveCall({ script: [respond([focus(sent)])] });

      assert.deepEqual(call.lastEvent().ActionData, {
        Type: "VoiceFocus",
        Parameters: { Enable: enable, ParticipantTag: "LEG-A" },
      });
      assert.equal(call.lastEvent().InvocationEventType, "ACTION_SUCCESSFUL");
      assert.equal(call.did("answer-leg").length, 0);
    });
  }

  it("takes noise out of what the leg says, from then on or no more", () => {
    const call = driveCall({ script: [respond([focus(true), focus("False"), pause(100)]), respond([focus(true)])] });
    call.advance(100);

    const { CallId } = call.lastEvent().CallDetails.Participants[0]!;
    assert.deepEqual(
      call.did("suppress-noise"),
      [true, false, true].map((isOn) => ({ do: "suppress-noise", isOn, legId: CallId })),
    );
  });

  it("leaves the sound alone where its parameters are wrong", () => {
    assert.deepEqual(driveCall({ script: [respond([focus("on")])] }).did("suppress-noise"), []);
  });

  it("is not told in the middle of a list (Contract: events-success-last)", () => {
    const call = driveCall({ script: [respond([focus(true), speak()])] });
    call.advance(1_000);

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL"]);
    assert.equal(call.lastEvent().ActionData?.Type, "Speak");
  });

  for (const [why, sent, errorType, errorMessage] of [
    ["missing", undefined, "MissingRequiredActionParameter", "Missing required action parameter."],
    ["empty", "", "MissingRequiredActionParameter", "Missing required action parameter."],
    ["a word", "on", "InvalidActionParameter", "The Enable parameter is invalid."],
    ["a number", 1, "InvalidActionParameter", "The Enable parameter is invalid."],
  ] as const) {
    it(`fails with ${errorType} when Enable is ${why}`, () => {
      const { ActionData } = driveCall({ script: [respond([focus(sent)])] }).lastEvent();

      assert.deepEqual([ActionData?.ErrorType, ActionData?.ErrorMessage], [errorType, errorMessage]);
    });
  }
});
