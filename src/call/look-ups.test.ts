import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { driveCall, drivenLegId as legId, type CallDriver } from "../testing/internal/call-driver.ts";
import { respond } from "../testing/internal/scripted-reply.ts";
import { callAndBridge, playAudio, receiveDigits } from "../testing/internal/wire-actions.ts";
import type { CallEffect } from "./effects.ts";
import type { CallInput } from "./inputs.ts";
import type { CallState } from "./state.ts";

/** Names of effects, facts left out. */
function done(effects: readonly CallEffect[]): string {
  return effects.flatMap(({ do: what }) => (what === "observe" || what === "prepare-audio" ? [] : [what])).join(", ");
}

describe("a search for a pattern", () => {
  const listening = () => driveCall({ script: [respond([receiveDigits("^12$"), playAudio("a.wav", { Repeat: 9 })])] });
  const digit = (key: string) => ({ at: 5, type: "digit", legId, digit: key }) as const;
  const take = (call: CallDriver, state: CallState, input: CallInput) => call.machine(call.config, state, input);
  const keysOf = ({ listeners }: CallState) => listeners.map(({ digits, matches }) => [digits, matches]);

  it("is asked for with all the keys, and its answer is the next input", () => {
    const call = listening();
    call.press("1");
    call.press("2");

    assert.deepEqual(
      call.did("search-pattern").map(({ searchId, texts }) => [searchId, texts]),
      [
        ["s1", ["1"]],
        ["s2", ["12"]],
      ],
    );
    assert.deepEqual(
      call.steps.slice(-4).map(({ input }) => input.type),
      ["digit", "pattern-searched", "digit", "pattern-searched"],
    );
    assert.deepEqual(keysOf(call.state()), [["12", true]]);
  });

  it("is given up when something else comes before its answer: the keys do not count, nothing is lost", () => {
    const call = listening();
    const [asked] = take(call, call.state(), digit("1"));
    const [after, effects] = take(call, asked, digit("2"));

    assert.equal(done(effects), "warn, start-timer");
    assert.deepEqual(keysOf(after), [["12", false]]);
    assert.equal(after.search, undefined);
  });

  it("that nobody waits for is ignored", () => {
    const call = listening();
    const [asked] = take(call, call.state(), digit("1"));
    const [after, effects] = take(call, asked, { type: "pattern-searched", at: 0, searchId: "s0", verdict: true });

    assert.equal(done(effects), "ignore");
    assert.equal(after.search?.id, "s1");
  });
});

describe("a question about numbers or connectors", () => {
  const asking = () => driveCall({ script: [respond([callAndBridge()])] });
  const waiting = () => {
    const call = asking();
    const step = call.steps.find(({ effects }) => effects.some(({ do: what }) => what === "look-up"));
    assert.ok(step);
    const [state, effects] = call.machine(call.config, step.before, step.input);
    return { call, state, effects };
  };
  const give = ({ call, state }: ReturnType<typeof waiting>, input: CallInput) =>
    call.machine(call.config, state, input);

  it("is asked for before the reply is used, and its answer is the next input", () => {
    const call = asking();

    assert.deepEqual(
      call.did("look-up").map(({ questions }) => questions),
      [[{ type: "owns-number", number: "+12065550188" }]],
    );
    assert.deepEqual(
      call.steps.slice(1, 3).map(({ input }) => input.type),
      ["function-replied", "looked-up"],
    );
    assert.equal(call.did("dial-leg").length, 1);
  });

  it("is asked once: the call keeps the answer", () => {
    const call = driveCall({ script: [respond([callAndBridge()]), respond([callAndBridge()])] });
    const [, partner] = call.state().legs;
    call.give({ type: "leg-ended", legId: partner?.id ?? legId, end: { type: "rejected", status: 486 } });

    assert.deepEqual([call.did("look-up").length, call.did("dial-leg").length], [1, 2]);
  });

  it("is not asked when the caller's own number is shown", () => {
    const call = driveCall({ script: [respond([callAndBridge({ CallerIdNumber: "+15105550101" })])] });

    assert.deepEqual([call.did("look-up").length, call.did("dial-leg").length], [0, 1]);
  });

  it("that nobody answers before something else comes is taken as no: nothing is lost", () => {
    const world = waiting();
    assert.equal(done(world.effects), "look-up");

    const [after, effects] = give(world, { type: "digit", at: 5, legId, digit: "1" });

    assert.equal(done(effects), "warn, ignore, invoke");
    assert.equal(after.lookUp, undefined);
  });

  it("that is not asked is ignored", () => {
    const [after, effects] = give(waiting(), { type: "looked-up", at: 0, lookUpId: "q0", answers: [] });

    assert.equal(done(effects), "ignore");
    assert.equal(after.lookUp?.id, "q1");
  });
});
