import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Leg } from "../call/index.ts";
import type { LegId } from "../kernel/index.ts";
import { driveCall, drivenLegId } from "../testing/internal/call-driver.ts";
import { respond, type WireAction } from "../testing/internal/scripted-reply.ts";
import { hangup, pause, speak } from "../testing/internal/wire-actions.ts";

const named = { CallId: drivenLegId, ParticipantTag: "LEG-A" };

function hangUpAnswered(action: WireAction) {
  const call = driveCall({ direction: "Outbound", script: [respond([]), respond([action])] });
  call.answer();
  return call;
}

describe("Hangup of the only leg (Contract: events-hangup-only-leg)", () => {
  const codes: readonly [parameters: Record<string, unknown>, shown: number | undefined, status: number][] = [
    [{}, undefined, 480],
    [{ SipResponseCode: null }, undefined, 480],
    [{ SipResponseCode: "" }, undefined, 480],
    [{ SipResponseCode: 0 }, 0, 480],
    [{ SipResponseCode: "0" }, 0, 480],
    [{ SipResponseCode: 480 }, 480, 480],
    [{ SipResponseCode: "480" }, 480, 480],
    [{ SipResponseCode: 486 }, 486, 486],
    [{ SipResponseCode: "486" }, 486, 486],
    [{ sipResponseCode: 486 }, 486, 486],
    [{ SipResponseCode: "500" }, 0, 480],
    [{ SipResponseCode: "Error" }, 0, 480],
    [{ SipResponseCode: 603 }, 0, 480],
    [{ SipResponseCode: {} }, 0, 480],
  ];
  for (const [parameters, shown, status] of codes) {
    const text = JSON.stringify(parameters);
    const code = shown === undefined ? "no SipResponseCode" : `SipResponseCode ${shown}`;

    it(`refuses an unanswered call with ${status} for ${text}; HANGUP shows ${code}`, () => {
      const call = driveCall({ script: [respond([hangup(parameters)])] });

      assert.deepEqual(call.did("reject-leg"), [{ do: "reject-leg", legId: drivenLegId, status }]);
      assert.equal(call.did("answer-leg").length, 0);
      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
      assert.deepEqual(call.lastEvent().ActionData, {
        Type: "Hangup",
        Parameters: { ...(shown === undefined ? {} : { SipResponseCode: shown }), ...named },
      });
    });

    it(`hangs an answered call up for ${text}; HANGUP shows ${code}`, () => {
      const call = hangUpAnswered(hangup(parameters));

      assert.deepEqual(call.did("hang-up-leg"), [{ do: "hang-up-leg", legId: drivenLegId }]);
      assert.deepEqual(call.eventTypes(), ["NEW_OUTBOUND_CALL", "CALL_ANSWERED", "HANGUP"]);
      assert.equal(call.lastEvent().ActionData?.Parameters["SipResponseCode"], shown);
    });
  }

  it("needs no Parameters at all", () => {
    const call = hangUpAnswered({ Type: "Hangup" });

    assert.deepEqual(call.eventTypes(), ["NEW_OUTBOUND_CALL", "CALL_ANSWERED", "HANGUP"]);
  });

  for (const target of [
    named,
    { ...named, ParticipantTag: "" },
    { ...named, CallId: "" },
    { CallId: "", ParticipantTag: "" },
  ]) {
    it(`finds the leg with ${JSON.stringify(target)}`, () => {
      const call = hangUpAnswered(hangup(target));

      assert.equal(call.state().finished, true);
    });
  }

  it("gives no ACTION_SUCCESSFUL, and actions behind it never run", () => {
    const call = hangUpAnswered({ Type: "Hangup", Parameters: {} });
    const more = driveCall({ script: [respond([hangup(), speak(), pause()])] });

    assert.ok(!call.eventTypes().includes("ACTION_SUCCESSFUL"));
    assert.deepEqual(more.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
    assert.equal(more.did("play-audio").length, 0);
  });

  it("fails for a CallId left from an older call, and the call goes on (Contract: leniency-hangup-of-unknown-leg)", () => {
    const call = hangUpAnswered(hangup({ CallId: "of-an-older-call" }));

    assert.equal(call.lastEvent().InvocationEventType, "ACTION_FAILED");
    assert.equal(
      call.lastEvent().ActionData?.ErrorMessage,
      "CallId or ParticipantTag parameter for action is invalid.",
    );
    assert.equal(call.state().finished, false);
  });
});

describe("Hangup of a leg that has gone (Contract: leniency-hangup-of-departed-leg)", () => {
  it("is no error: it succeeds, and nothing is sent to the far end", () => {
    const base = hangUpAnswered(pause());
    const gone: Leg = {
      ...(base.state().legs[0] as Leg),
      id: "leg-b" as LegId,
      calledFor: base.state().legs[0]?.id,
      state: { type: "ended", endedAt: base.now() },
    };
    const from = { ...base.state(), legs: [...base.state().legs, gone] };

    const call = driveCall({ from, script: [respond([hangup({ ParticipantTag: "LEG-B" })])] });
    call.update();

    assert.equal(call.did("hang-up-leg").length, 0);
    assert.deepEqual(call.eventTypes(), ["CALL_UPDATE_REQUESTED", "ACTION_INTERRUPTED", "ACTION_SUCCESSFUL"]);
    const Parameters = { CallId: "leg-b", ParticipantTag: "LEG-B" };
    assert.deepEqual(call.lastEvent().ActionData, { Type: "Hangup", Parameters });
  });
});
