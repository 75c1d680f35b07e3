import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  closedCircuit,
  reportCircuit,
  stepCircuit,
  type CircuitEffect,
  type CircuitInput,
  type CircuitState,
} from "./circuit-machine.ts";

const rules = { failures: 3, pauseMs: 10_000 };

function open() {
  let state = closedCircuit;
  const take = (type: CircuitInput["type"], atMs: number): readonly CircuitEffect["do"][] => {
    const input = type === "failed" ? { type, atMs, cause: "refused" } : { type, atMs };
    const [next, effects] = stepCircuit(rules, state, input);
    state = next;
    return effects.map((effect) => effect.do);
  };
  const fail = (times: number, atMs = 0) => Array.from({ length: times }, () => take("failed", atMs)).flat();
  return { take, fail, state: () => state };
}

describe("the circuit of a function", () => {
  it("opens after so many failures in a row, told once, and lets nobody wait", () => {
    const { take, fail } = open();

    assert.deepEqual(take("asked", 0), ["let-through"]);
    assert.deepEqual(fail(2), []);
    assert.deepEqual(take("asked", 0), ["let-through"]);
    assert.deepEqual(fail(1), ["tell-open"]);
    assert.deepEqual(fail(2), []);
    assert.deepEqual(take("asked", 9_999), ["refuse"]);
  });

  it("stays closed while failures are not in a row", () => {
    const { take, fail } = open();

    for (let round = 0; round < 5; round++) {
      assert.deepEqual(fail(2), []);
      assert.deepEqual(take("reached", 0), []);
    }
    assert.deepEqual(take("asked", 0), ["let-through"]);
  });

  it("lets one event through after the pause, and opens again when that fails", () => {
    const { take, fail } = open();
    fail(3);

    assert.deepEqual(take("asked", 10_000), ["let-through"]);
    assert.deepEqual(take("asked", 10_000), ["refuse"]);
    assert.deepEqual(take("failed", 10_500), []);
    assert.deepEqual(take("asked", 20_499), ["refuse"]);
    assert.deepEqual(take("asked", 20_500), ["let-through"]);
    assert.deepEqual(take("reached", 20_600), ["tell-closed"]);
    assert.deepEqual(take("asked", 20_600), ["let-through"]);
  });

  it("does not wait longer for failures of events that were under way when it opened", () => {
    const { take, fail } = open();
    fail(3);

    take("failed", 9_000);
    assert.deepEqual(take("asked", 10_000), ["let-through"]);
  });

  it("closes when an event that was under way is answered", () => {
    const { take, fail } = open();
    fail(3);

    assert.deepEqual(take("reached", 1), ["tell-closed"]);
    assert.deepEqual(take("asked", 1), ["let-through"]);
  });

  it("lets the next event through when the one before could not say whether the function is back", () => {
    const { take, fail } = open();
    fail(3);
    assert.deepEqual(take("asked", 10_000), ["let-through"]);
    assert.deepEqual(take("undecided", 10_100), []);
    assert.deepEqual(take("asked", 10_200), ["let-through"]);
    assert.deepEqual(take("asked", 10_300), ["refuse"]);
  });

  it("says when, how often and why", () => {
    const { fail, state } = open();
    fail(3);

    const [, [refusal]] = stepCircuit(rules, state(), { type: "asked", atMs: 2_500 });
    assert.deepEqual(refusal, {
      do: "refuse",
      message: "it was not asked after 3 failures in a row; next in 7.5 s: refused",
    });
  });

  it("reports whether the function is left alone, since when and for how long", () => {
    const { take, fail, state } = open();
    assert.deepEqual(reportCircuit(state(), 0), { state: "closed", failures: 0, cause: "", askedAgainInMs: 0 });
    fail(3);
    const failures = { failures: 3, cause: "refused" };
    assert.deepEqual(reportCircuit(state(), 2_500), { state: "open", ...failures, askedAgainInMs: 7_500 });
    assert.deepEqual(reportCircuit(state(), 20_000), { state: "open", ...failures, askedAgainInMs: 0 });
    take("asked", 20_000);
    assert.deepEqual(reportCircuit(state(), 20_000), { state: "trying", ...failures, askedAgainInMs: 0 });
  });

  it("answers each question in every state, and never ends in one that it cannot leave", () => {
    const states: CircuitState[] = [
      closedCircuit,
      { failures: 2, cause: "", openUntilMs: undefined, isProbing: false },
      { failures: 3, cause: "", openUntilMs: 10_000, isProbing: false },
      { failures: 3, cause: "", openUntilMs: 10_000, isProbing: true },
    ];
    for (const before of states) {
      for (const input of [
        { type: "asked" },
        { type: "reached" },
        { type: "undecided" },
        { type: "failed", cause: "x" },
      ] as const) {
        const [after, effects] = stepCircuit(rules, before, { ...input, atMs: 10_000 });
        const answers = effects.filter((effect) => effect.do === "let-through" || effect.do === "refuse");
        assert.equal(answers.length, input.type === "asked" ? 1 : 0);
        const [closed] = stepCircuit(rules, after, { type: "reached", atMs: 10_001 });
        assert.deepEqual(closed, closedCircuit);
      }
    }
  });
});
