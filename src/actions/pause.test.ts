import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { driveCall } from "../testing/internal/call-driver.ts";
import { respond } from "../testing/internal/scripted-reply.ts";
import { pause, speak } from "../testing/internal/wire-actions.ts";

describe("Pause (Contract: actions-pause, actions-pause-duration)", () => {
  const durations: readonly [sent: unknown, ms: number][] = [
    [1_000, 1_000],
    ["1000", 1_000],
    ["3000", 3_000],
    [12_000, 12_000],
    [100, 100],
    [30_000, 30_000],
    ["250.0", 250],
  ];
  for (const [sent, ms] of durations) {
    it(`waits ${ms} ms for DurationInMilliseconds ${JSON.stringify(sent)} and echoes the number`, () => {
      const call = driveCall({ script: [respond([pause(sent)])] });

      call.advance(ms - 1);
      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL"]);
      call.advance(1);

      assert.deepEqual(call.events[1]?.ActionData, {
        Type: "Pause",
        Parameters: { DurationInMilliseconds: ms, ParticipantTag: "LEG-A" },
      });
      assert.equal(call.events[1]?.InvocationEventType, "ACTION_SUCCESSFUL");
    });
  }

  for (const sent of [undefined, null, "", 99, 30_001, 0, -1, "soon", 500.5, {}, true]) {
    it(`fails with "The Duration parameter is invalid." for ${JSON.stringify(sent) ?? "no duration"}`, () => {
      const Parameters = sent === undefined ? {} : { DurationInMilliseconds: sent };
      const call = driveCall({ script: [respond([{ Type: "Pause", Parameters }, speak()])] });

      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED"]);
      assert.deepEqual(call.events[1]?.ActionData, {
        Type: "Pause",
        Parameters: { ...Parameters, ParticipantTag: "LEG-A" },
        ErrorType: "InvalidActionParameter",
        ErrorMessage: "The Duration parameter is invalid.",
      });
    });
  }

  it("takes its bounds from the limits (Contract: actions-pause-duration)", () => {
    const limits = { pauseMs: { min: 1, max: 60_000 } };
    const call = driveCall({ limits, script: [respond([pause(60_000)])] });

    call.advance(60_000);

    assert.equal(call.events[1]?.InvocationEventType, "ACTION_SUCCESSFUL");
  });

  it("leaves an unanswered leg ringing; the Speak behind it answers (Contract: actions-pause-unanswered)", () => {
    const call = driveCall({ script: [respond([pause(1_000), speak()])] });

    assert.equal(call.did("answer-leg").length, 0);
    call.advance(1_000);

    assert.equal(call.did("answer-leg").length, 1);
    assert.equal(call.did("play-audio").length, 1);
  });

  it("fails for a leg that does not exist", () => {
    const call = driveCall({ script: [respond([pause(1_000, { ParticipantTag: "LEG-B" })])] });

    assert.equal(call.events[1]?.ActionData?.ErrorMessage, "CallId or ParticipantTag parameter for action is invalid.");
  });
});
