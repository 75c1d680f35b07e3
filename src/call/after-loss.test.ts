import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { driveCall, type CallDriver, type CallDriverOptions } from "../testing/internal/call-driver.ts";
import {
  failWith,
  keepSilent,
  respond,
  type FunctionEvent,
  type ScriptedReply,
} from "../testing/internal/scripted-reply.ts";
import { callAndBridge, pause, recordAudio, speak } from "../testing/internal/wire-actions.ts";
import { afterLoss } from "./after-loss.ts";
import type { CallState } from "./state.ts";

/** What another process tells of a call whose process is gone, by the state that was stored as JSON. */
function tellEndOf(state: CallState, options: CallDriverOptions = {}) {
  const stored = JSON.parse(JSON.stringify(state)) as CallState;
  const call = driveCall({ ...options, from: afterLoss(stored), script: [respond([speak("useless")]), respond([])] });
  call.give({ type: "shutdown" });
  const events = call.events.map(({ Sequence, InvocationEventType, ActionData, ...event }) => ({
    ...{ type: InvocationEventType, sequence: Sequence, leg: ActionData?.Parameters["ParticipantTag"] },
    ...("PossiblyRepeated" in event ? { mayRepeat: event.PossiblyRepeated } : {}),
  }));
  return { call, events };
}

const hangup = (sequence: number, leg = "LEG-A") => ({ type: "HANGUP", sequence, leg });
const lastOf = (call: CallDriver): FunctionEvent => call.lastEvent();

describe("the end of a call whose process is gone (Contract: events-after-a-loss)", () => {
  it("is one HANGUP of a leg that was up, and nothing else is done", () => {
    const { call, events } = tellEndOf(driveCall({ script: [respond([speak()], { a: "1" }), keepSilent] }).state());

    assert.deepEqual(events, [hangup(2)]);
    assert.deepEqual(call.lastEvent().CallDetails.TransactionAttributes, { a: "1" });
    assert.equal(call.lastEvent().CallDetails.Participants[0]?.Status, "Disconnected");
    assert.equal(call.state().finished, true);
    for (const kind of ["dial-leg", "answer-leg", "play-audio", "record-audio"] as const)
      assert.deepEqual(call.did(kind), []);
  });

  it("tells of a call that was never dialled, and does not dial it", () => {
    const { call, events } = tellEndOf(driveCall({ direction: "Outbound", script: [keepSilent] }).state());

    assert.deepEqual(events, [hangup(2)]);
    assert.deepEqual(call.did("dial-leg"), []);
    assert.equal(lastOf(call).ActionData?.Parameters["SipResponseCode"], 480);
  });

  it("is one HANGUP for each leg that was connected, and none for one that had not answered", () => {
    const ringing = driveCall({ script: [respond([callAndBridge()])] });
    assert.deepEqual(tellEndOf(ringing.state()).events, [hangup(2)]);
  });

  it("does not wait for a recording that ended with the process", () => {
    const { call, events } = tellEndOf(driveCall({ script: [respond([recordAudio()])] }).state());

    assert.deepEqual(events, [hangup(2)]);
    assert.equal(call.state().finished, true);
  });

  it("repeats a HANGUP that was under way, with its number and a mark", () => {
    const call = driveCall({ script: [respond([pause(1_000)]), keepSilent] });
    call.end();
    assert.equal(lastOf(call).InvocationEventType, "HANGUP");

    assert.deepEqual(tellEndOf(call.state()).events, [{ ...hangup(2), mayRepeat: true }]);
  });

  it("tells a HANGUP without a mark that waited behind another event", () => {
    const call = driveCall({ script: [keepSilent] });
    call.end();
    assert.equal(lastOf(call).InvocationEventType, "NEW_INBOUND_CALL");

    assert.deepEqual(tellEndOf(call.state()).events, [hangup(2)]);
  });

  it("is nothing more when all was told", () => {
    const call = driveCall({ script: [respond([pause(1_000)]), keepSilent] });
    call.end();
    const state = { ...call.state(), invocation: undefined };

    const after = tellEndOf(state);
    assert.deepEqual(after.events, []);
    assert.equal(after.call.state().finished, true);
  });
});

describe("a HANGUP that cannot be told after a loss (Contract: events-told-after-a-loss)", () => {
  const tellTo = (...answers: readonly ScriptedReply[]) => {
    const stored = driveCall({ script: [respond([speak()]), keepSilent] }).state();
    const call = driveCall({ from: afterLoss(stored), script: [...answers, respond([])] });
    call.give({ type: "shutdown" });
    return call;
  };
  const marks = (call: CallDriver) => call.events.map((event) => "PossiblyRepeated" in event);

  for (const [reason, isMarked] of [
    ["throttled", false],
    ["circuit-open", false],
    ["unreachable", true],
  ] as const) {
    it(`is told later, with a deadline of its own${isMarked ? " and a mark" : ""}: the function is ${reason}`, () => {
      const call = tellTo(failWith(reason), failWith(reason), failWith(reason), failWith(reason));
      assert.equal(call.state().finished, false);

      call.advance(20_000);

      assert.deepEqual(new Set(call.eventTypes()), new Set(["HANGUP"]));
      assert.deepEqual(new Set(call.invocations.map(({ deadlineMs }) => deadlineMs)), new Set([20_000]));
      assert.equal(marks(call).at(-1), isMarked);
      assert.equal(call.state().finished, true);
    });
  }

  it("is given up after ten minutes", () => {
    const call = tellTo(...Array.from({ length: 1_000 }, () => failWith("throttled")));

    call.advance(599_000);
    assert.equal(call.state().finished, false);
    call.advance(30_000);

    assert.equal(call.state().finished, true);
  });

  it("is not told again when the function had it: it took too long", () => {
    const call = tellTo(failWith("timeout"));

    assert.deepEqual(call.eventTypes(), ["HANGUP"]);
    assert.equal(call.state().finished, true);
  });

  it("is not told again of a call that this process had itself", () => {
    const call = driveCall({ script: [respond([speak()]), failWith("throttled"), failWith("throttled"), respond([])] });
    call.end();

    assert.equal(call.state().finished, true);
  });
});
