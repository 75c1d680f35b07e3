import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { driveCall } from "../testing/internal/call-driver.ts";
import { failWith, later, respond, type ScriptedReply } from "../testing/internal/scripted-reply.ts";
import { callAndBridge, hangup, pause, speak } from "../testing/internal/wire-actions.ts";
import type { InvocationFailure, JsonAction } from "../invoke/index.ts";
import type { CallFact } from "./facts.ts";
import type { FunctionReply } from "./inputs.ts";

type Failed = Extract<FunctionReply, { type: "failed" }>;

/** Fails at once as the invoker says it of a function that has others behind it. */
function fail(reason: InvocationFailure, more: Partial<Failed> = {}): ScriptedReply {
  const scripted = failWith(reason);
  return { ...scripted, reply: { ...(scripted.reply as Failed), target: "menu", ...more } };
}

const failures = (facts: readonly CallFact[]) => facts.filter((fact) => fact.type === "function-failed");
const consequences = (facts: readonly CallFact[]) => failures(facts).map(({ consequence }) => consequence);

describe("a throttled function (Contract: events-retry)", () => {
  it("is asked again after the time that it asked for, with the same event", () => {
    const call = driveCall({ script: [fail("throttled", { retryAfterMs: 2_000 }), respond([speak()])] });

    assert.equal(call.invocations.length, 1);
    call.advance(1_999);
    assert.equal(call.invocations.length, 1);
    call.advance(1);

    const [first, second] = call.invocations;
    assert.deepEqual(second?.event, first?.event);
    assert.deepEqual([first?.deadlineMs, second?.deadlineMs], [20_000, 18_000]);
    assert.deepEqual(consequences(call.facts), ["retried"]);
  });

  it("is not, where its timer fires when no time is left", () => {
    const call = driveCall({ script: [fail("throttled", { retryAfterMs: 19_000 }), respond([speak()])] });
    const { retry: timerId = assert.fail("it does not wait") } = call.state().timers;
    const late = { type: "timer-fired", timerId, at: call.now() + 20_001 } as const;
    const [, effects] = call.machine(call.config, call.state(), late);

    const told = effects.flatMap((effect) => (effect.do === "observe" ? [effect.fact] : []));
    assert.deepEqual(consequences(told), ["call-ended"]);
    assert.deepEqual(
      effects.filter((effect) => effect.do === "invoke").map(({ event }) => event["InvocationEventType"]),
      ["HANGUP"],
    );
  });

  it("is not, where that is more than the call waits", () => {
    const call = driveCall({ script: [fail("throttled", { retryAfterMs: 20_000 })] });
    assert.deepEqual(consequences(call.facts), ["call-ended", "ignored"].slice(0, consequences(call.facts).length));
    assert.equal(call.did("reject-leg").length, 1);
  });

  it("is never asked twice at a time, whatever happens while it waits", () => {
    const call = driveCall({
      script: [respond([speak()]), fail("throttled", { retryAfterMs: 1_000 }), respond([]), respond([])],
    });
    call.update({ n: "1" });
    call.update({ n: "2" });
    call.end();
    assert.equal(call.invocations.length, 2);
    call.advance(1_000);

    assert.deepEqual(call.eventTypes().slice(1, 3), ["CALL_UPDATE_REQUESTED", "CALL_UPDATE_REQUESTED"]);
    assert.deepEqual(call.invocations[1]?.event, call.invocations[2]?.event);
    assert.equal(call.state().finished, true);
  });
});

describe("the fallback of a function (Contract: events-fallback)", () => {
  it("gets the same event within the same 20 s, and is tried once more as well", () => {
    const call = driveCall({
      script: [
        later(5_000, fail("timeout", { fallback: "backup" })),
        later(1_000, fail("unreachable", { target: "backup" })),
        respond([speak()]),
      ],
    });
    call.advance(6_000);

    const [first, second, third] = call.invocations;
    assert.deepEqual([first?.via, second?.via, third?.via], [undefined, "backup", "backup"]);
    assert.deepEqual([second?.event, third?.event], [first?.event, first?.event]);
    assert.deepEqual([second?.deadlineMs, third?.deadlineMs], [15_000, 14_000]);
    assert.deepEqual(
      failures(call.facts).map(({ target, event, tookMs, consequence }) => [target, event, tookMs, consequence]),
      [
        ["menu", "NEW_INBOUND_CALL", 5_000, "fallback-asked"],
        ["backup", "NEW_INBOUND_CALL", 1_000, "retried"],
      ],
    );
    assert.equal(call.did("answer-leg").length, 1);
  });

  it("is for one event; the next one goes to the function itself", () => {
    const call = driveCall({ script: [fail("circuit-open", { fallback: "backup" }), respond([speak()]), respond([])] });
    call.update();
    assert.deepEqual(
      call.invocations.map(({ via }) => via),
      [undefined, "backup", undefined],
    );
  });

  it("goes before the next application of the rule, and is not asked when no time is left", () => {
    const targets = ["one", "two"].map((functionArn) => ({ applicationId: functionArn, functionArn, region: "r" }));
    const call = driveCall({
      call: { targets: targets as never },
      script: [fail("not-found", { fallback: "backup" }), fail("refused"), respond([speak()])],
    });
    assert.deepEqual(
      call.invocations.map(({ via, target }) => via ?? target.functionArn),
      ["one", "backup", "two"],
    );

    const late = driveCall({ script: [later(20_000, fail("timeout", { fallback: "backup" }))] });
    late.advance(20_000);
    assert.deepEqual(consequences(late.facts)[0], "call-ended");
  });
});

describe("fallbackActions of a function (Contract: events-fallback-actions)", () => {
  const actions = [speak(), hangup()] as readonly JsonAction[];
  const dead = () => fail("refused", { fallbackActions: actions });

  it("run when all that could be asked have failed, and the call ends as they say", () => {
    const call = driveCall({ script: dead });

    assert.equal(call.did("answer-leg").length, 1);
    call.answer();
    assert.equal(call.did("play-audio").length, 1);
    call.finishPlayback();
    assert.equal(call.did("hang-up-leg").length, 1);
    call.end();

    assert.equal(call.state().finished, true);
    assert.equal(consequences(call.facts)[0], "fallback-actions");
    assert.ok(!consequences(call.facts).includes("call-ended"));
  });

  it("run once: a function that is still away at their end loses the call", () => {
    const call = driveCall({ script: () => fail("refused", { fallbackActions: [speak()] as readonly JsonAction[] }) });
    call.answer();
    call.finishPlayback();

    assert.deepEqual(consequences(call.facts).slice(0, 2), ["fallback-actions", "call-ended"]);
    assert.equal(call.did("play-audio").length, 1);
  });

  it("that put the call through keep it up until one of the two hangs up, though the function stays away", () => {
    const call = driveCall({
      script: () => fail("refused", { fallbackActions: [callAndBridge()] as readonly JsonAction[] }),
    });
    call.answer();
    const [{ legId } = assert.fail("nobody is called")] = call.did("dial-leg");
    call.give({ type: "leg-answered", legId });

    assert.deepEqual(consequences(call.facts), ["fallback-actions", "fallback-goes-on"]);
    assert.equal(call.did("hang-up-leg").length, 0);
    call.give({ type: "leg-ended", legId, end: { type: "bye" } });
    assert.equal(consequences(call.facts).at(2), "call-ended");
    assert.equal(call.did("hang-up-leg").length, 1);
  });

  it("give way to the function as soon as it is back", () => {
    const call = driveCall({
      script: [fail("refused", { fallbackActions: [speak(), pause()] as readonly JsonAction[] }), respond([hangup()])],
    });
    call.answer();
    call.finishPlayback();
    call.advance(1_000);

    assert.deepEqual(consequences(call.facts), ["fallback-actions"]);
    assert.equal(call.did("hang-up-leg").length, 1);
  });

  it("interrupt what plays, and go on although nobody hears of that", () => {
    const call = driveCall({ script: [respond([speak("a long text")]), dead(), dead(), dead(), dead()] });
    call.answer();
    call.update();

    assert.equal(call.did("play-audio").length, 2);
    assert.deepEqual(consequences(call.facts), ["fallback-actions", "fallback-goes-on"]);
    call.finishPlayback();
    assert.equal(call.did("hang-up-leg").length, 1);
  });

  it("do not make a phone ring for which no function decided", () => {
    const call = driveCall({ direction: "Outbound", script: dead });
    assert.equal(call.did("dial-leg").length, 0);
    assert.equal(call.did("play-audio").length, 0);
    assert.equal(call.state().finished, true);
  });

  it("are those of the first function that has some", () => {
    const call = driveCall({
      script: [
        fail("refused", { fallback: "backup", fallbackActions: [hangup()] as readonly JsonAction[] }),
        fail("refused", { target: "backup", fallbackActions: [speak()] as readonly JsonAction[] }),
      ],
    });
    assert.equal(call.did("reject-leg").length, 1);
    assert.equal(call.did("play-audio").length, 0);
  });

  it("that cannot be used end the call, which says so", () => {
    const call = driveCall({ script: () => fail("refused", { fallbackActions: [{ Type: "Sing" }] }) });
    assert.match(call.did("end-call")[0]?.cause ?? "", /fallbackActions cannot be used: .*Sing/);
    assert.equal(call.did("reject-leg").length, 1);
  });

  it("are for a leg that is up: one that left is told to nobody", () => {
    const call = driveCall({ script: [later(1_000, dead())] });
    call.end({ type: "cancelled" });
    call.advance(1_000);
    assert.equal(consequences(call.facts)[0], "ignored");
  });
});
