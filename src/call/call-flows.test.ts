import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { driveCall, drivenLegId, type CallDriver } from "../testing/internal/call-driver.ts";
import { keepSilent, respond, type FunctionEvent } from "../testing/internal/scripted-reply.ts";
import { hangup, pause, playAudio, speak } from "../testing/internal/wire-actions.ts";

/** What passed between us, the far end and the function, in order. */
function flow(call: CallDriver): readonly string[] {
  return call.effects.flatMap((effect) => {
    switch (effect.do) {
      case "invoke": {
        const { InvocationEventType, Sequence } = effect.event as unknown as FunctionEvent;
        return [`${InvocationEventType} (${Sequence})`];
      }
      case "answer-leg":
      case "dial-leg":
      case "hang-up-leg":
      case "play-audio":
      case "stop-playback":
      case "end-call":
        return [effect.do];
      case "reject-leg":
        return [`reject-leg ${effect.status}`];
      default:
        return [];
    }
  });
}

function hangupCode(call: CallDriver): unknown {
  assert.equal(call.lastEvent().InvocationEventType, "HANGUP");
  return call.lastEvent().ActionData?.Parameters["SipResponseCode"];
}

describe("inbound, answered by a prompt (Contract: events-new-inbound-call)", () => {
  it("answers for the first prompt, tells the end of the list with LEG-A Connected, then HANGUP", () => {
    const call = driveCall({ script: [respond([speak(), playAudio()]), respond([]), respond([speak("useless")])] });

    call.advance(2_000);
    call.end();

    assert.deepEqual(flow(call), [
      "NEW_INBOUND_CALL (1)",
      "answer-leg",
      "play-audio",
      "play-audio",
      "ACTION_SUCCESSFUL (2)",
      "HANGUP (3)",
      "end-call",
    ]);
    assert.equal(call.events[1]?.CallDetails.Participants[0]?.Status, "Connected");
    assert.equal(hangupCode(call), 0);
  });
});

describe("inbound, refused (Contract: actions-hangup)", () => {
  for (const [code, status] of [
    [486, 486],
    [480, 480],
    [0, 480],
  ] as const) {
    it(`Hangup ${code} refuses with ${status}, is not answered, and HANGUP shows ${code}`, () => {
      const call = driveCall({ script: [respond([hangup({ SipResponseCode: code })]), respond([speak()])] });

      assert.deepEqual(flow(call), ["NEW_INBOUND_CALL (1)", `reject-leg ${status}`, "HANGUP (2)", "end-call"]);
      assert.equal(hangupCode(call), code);
      assert.equal(call.lastEvent().CallDetails.Participants[0]?.Status, "Disconnected");
    });
  }
});

describe("inbound, the caller gives up before the answer (Contract: events-hangup-code)", () => {
  it("while the call is offered: HANGUP with code 0", () => {
    const call = driveCall({ script: [respond([pause(5_000), speak()])] });

    call.advance(1_000);
    call.end({ type: "cancelled" });

    assert.deepEqual(flow(call), ["NEW_INBOUND_CALL (1)", "HANGUP (2)", "end-call"]);
    assert.equal(hangupCode(call), 0);
  });

  it("while the function thinks: its reply is not used, HANGUP follows it", () => {
    const call = driveCall({ script: [{ ...respond([speak()], { a: "1" }), afterMs: 2_000 }] });

    call.advance(1_000);
    call.end({ type: "cancelled" });
    assert.deepEqual(flow(call), ["NEW_INBOUND_CALL (1)"]);
    call.advance(1_000);

    assert.deepEqual(flow(call), ["NEW_INBOUND_CALL (1)", "HANGUP (2)", "end-call"]);
    assert.deepEqual(call.lastEvent().CallDetails.TransactionAttributes, { a: "1" });
  });

  it("while the 200 is under way: the waiting action is dropped without an event", () => {
    const call = driveCall({ answersAtOnce: false, script: [respond([speak()])] });

    call.end({ type: "cancelled" });

    assert.deepEqual(flow(call), ["NEW_INBOUND_CALL (1)", "answer-leg", "HANGUP (2)", "end-call"]);
    assert.equal(call.facts.filter((fact) => fact.type === "action-ended").at(0)?.outcome, "dropped");
  });
});

describe("outbound, answered (Contract: events-new-outbound-call, events-ringing, events-ringing-progress, events-call-answered)", () => {
  it("NEW_OUTBOUND_CALL, INVITE, RINGING, CALL_ANSWERED, then the actions", () => {
    const call = driveCall({
      direction: "Outbound",
      script: [respond([hangup()]), respond([hangup()]), respond([speak()]), respond([hangup()])],
    });

    call.ring();
    call.answer();
    call.advance(1_000);

    assert.deepEqual(flow(call), [
      "NEW_OUTBOUND_CALL (1)",
      "dial-leg",
      "RINGING (2)",
      "CALL_ANSWERED (3)",
      "play-audio",
      "ACTION_SUCCESSFUL (4)",
      "hang-up-leg",
      "HANGUP (5)",
      "end-call",
    ]);
  });

  it("skips RINGING when no 18x came, and tells it once when several came", () => {
    const quick = driveCall({ direction: "Outbound" });
    quick.answer();
    const slow = driveCall({ direction: "Outbound" });
    slow.ring();
    slow.ring();
    slow.answer();

    assert.deepEqual(quick.eventTypes(), ["NEW_OUTBOUND_CALL", "CALL_ANSWERED"]);
    assert.deepEqual(slow.eventTypes(), ["NEW_OUTBOUND_CALL", "RINGING", "CALL_ANSWERED"]);
  });
});

describe("outbound, busy, unanswered, failed (Contract: events-hangup-code)", () => {
  const ways: readonly [string, (call: CallDriver) => void, code: number, events: readonly string[]][] = [
    ["busy at once", (call) => call.end({ type: "rejected", status: 486 }), 486, ["HANGUP"]],
    ["declined", (call) => call.end({ type: "rejected", status: 603 }), 480, ["HANGUP"]],
    ["unreachable", (call) => call.end({ type: "unreachable", why: "no answer" }), 480, ["HANGUP"]],
    ["no common codec", (call) => call.end({ type: "no-common-codec" }), 480, ["HANGUP"]],
    ["no answer", (call) => (call.ring(), call.advance(60_000)), 480, ["RINGING", "HANGUP"]],
    [
      "busy while it rang",
      (call) => (call.ring(), call.end({ type: "rejected", status: 486 })),
      486,
      ["RINGING", "HANGUP"],
    ],
  ];
  for (const [name, act, code, events] of ways) {
    it(`${name}: HANGUP with ${code}, no ACTION_FAILED, actions ignored`, () => {
      const call = driveCall({ direction: "Outbound", script: () => respond([speak()]) });

      act(call);

      assert.deepEqual(call.eventTypes(), ["NEW_OUTBOUND_CALL", ...events]);
      assert.equal(hangupCode(call), code);
      assert.equal(call.did("play-audio").length, 0);
      assert.equal(call.effects.at(-1)?.do, "end-call");
    });
  }

  it("the CANCEL's own 487 comes too late to end the call again", () => {
    const call = driveCall({ direction: "Outbound", script: [respond([]), keepSilent] });
    call.advance(60_000);

    const effects = call.give({ type: "leg-ended", legId: drivenLegId, end: { type: "rejected", status: 487 } });

    assert.deepEqual(effects, [{ do: "ignore", input: "leg-ended", why: "the leg is ended" }]);
  });
});

describe("the function hangs up the only leg (Contract: events-hangup-only-leg)", () => {
  it("HANGUP only, no ACTION_SUCCESSFUL; the response is ignored", () => {
    const call = driveCall({ script: [respond([playAudio(), hangup({ SipResponseCode: "0" })]), respond([speak()])] });

    call.advance(1_000);

    assert.deepEqual(flow(call), [
      "NEW_INBOUND_CALL (1)",
      "answer-leg",
      "play-audio",
      "hang-up-leg",
      "HANGUP (2)",
      "end-call",
    ]);
    assert.equal(hangupCode(call), 0);
  });
});

describe("the leg leaves while an action runs on it (Contract: events-leg-leaves-action)", () => {
  for (const action of [speak(), playAudio()]) {
    it(`${action.Type} ends as ACTION_FAILED SystemException with the leg Disconnected, then HANGUP`, () => {
      const call = driveCall({ script: [respond([action, speak("behind")])] });

      call.advance(500);
      call.end();

      const [, failed] = call.events;
      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED", "HANGUP"]);
      assert.equal(failed?.ActionData?.Type, action.Type);
      assert.equal(failed?.ActionData?.ErrorType, "SystemException");
      assert.equal(failed?.ActionData?.ErrorMessage, "System error while running action");
      assert.equal(failed?.CallDetails.Participants[0]?.Status, "Disconnected");
      assert.equal(call.did("stop-playback").length, 1);
    });
  }

  it("a Pause just ends: HANGUP alone", () => {
    const call = driveCall({ script: [respond([speak(), pause(5_000)])] });

    call.advance(2_000);
    call.end();

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
    assert.equal(call.pendingTimers(), 0);
  });
});

describe("an update while an action runs (Contract: events-call-update-requested, events-interrupt)", () => {
  it("the action goes on while the function thinks, then gives way; ACTION_INTERRUPTED is ignored", () => {
    const call = driveCall({
      script: [
        respond([playAudio("hold.wav", { Repeat: 20 }), speak("dropped")]),
        { ...respond([speak("agent is here")]), afterMs: 1_500 },
        respond([hangup()]),
      ],
    });

    call.advance(3_000);
    call.update({ agent: "ready" });
    call.advance(1_499);
    assert.equal(call.did("stop-playback").length, 0);
    call.advance(1);
    call.advance(1_000);

    assert.deepEqual(flow(call), [
      "NEW_INBOUND_CALL (1)",
      "answer-leg",
      "play-audio",
      "CALL_UPDATE_REQUESTED (2)",
      "stop-playback",
      "play-audio",
      "ACTION_INTERRUPTED (3)",
      "ACTION_SUCCESSFUL (4)",
    ]);
    assert.deepEqual(call.events[3]?.ActionData?.Parameters["Text"], "agent is here");
  });

  it("an empty response changes nothing", () => {
    const call = driveCall({ script: [respond([playAudio(), speak("next")]), respond([])] });

    call.update();
    call.advance(2_000);

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "CALL_UPDATE_REQUESTED", "ACTION_SUCCESSFUL"]);
    assert.equal(call.did("play-audio").length, 2);
  });

  it("an update can hang up an outbound call that rings, which the original cannot (Contract: actions-hangup-ringing)", () => {
    const call = driveCall({ direction: "Outbound", script: [respond([]), respond([]), respond([hangup()])] });

    call.ring();
    call.update();

    assert.deepEqual(flow(call).slice(-3), ["hang-up-leg", "HANGUP (4)", "end-call"]);
  });
});

describe("an update on an idle call", () => {
  it("runs its actions at once", () => {
    const call = driveCall({ script: [respond([speak()]), respond([]), respond([speak("news")])] });

    call.advance(60_000);
    call.update();

    assert.deepEqual(flow(call).slice(-2), ["CALL_UPDATE_REQUESTED (3)", "play-audio"]);
  });
});
