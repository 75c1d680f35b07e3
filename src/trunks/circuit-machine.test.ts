import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { closedCircuit, stepCircuit, whyOpen, type CircuitInput, type CircuitState } from "./circuit-machine.ts";

const silent: CircuitInput = { type: "failed", of: "call", why: "no response" };
const probed: CircuitInput = { type: "failed", of: "probe", why: "no response" };
const busy: CircuitInput = { type: "failed", of: "call", why: "503", retryAfterMs: 20_000 };
const answered: CircuitInput = { type: "answered" };
const began: CircuitInput = { type: "call-began" };

const states: Readonly<Record<string, CircuitState>> = {
  up: closedCircuit,
  failing: { type: "up", failures: 2 },
  down: { type: "down", why: "why", opened: 2, retryAtMs: 1_000 },
  trying: { type: "trying", why: "why", opened: 2, retryAtMs: 40_000 },
};

/** What follows at 1,000 ms: the state, until when, and what is told. */
function follows(state: CircuitState, input: CircuitInput, atMs = 1_000): string {
  const [next, effects] = stepCircuit(state, input, atMs);
  const more = next.type === "up" ? `${next.failures}` : `${next.retryAtMs}`;
  return [next.type, more, ...effects.map((effect) => `tell ${effect.is}`)].join(" ");
}

// Contract: sip-and-media-trunk-down
describe("the circuit of a trunk's address (Contract: sip-and-media-trunk-down)", () => {
  const rows: readonly (readonly [from: string, input: CircuitInput, to: string])[] = [
    ["up", began, "up 0"],
    ["up", answered, "up 0"],
    ["up", silent, "up 1"],
    ["up", probed, "down 3000 tell down"],
    ["up", busy, "down 21000 tell down"],
    ["failing", began, "up 2"],
    ["failing", answered, "up 0"],
    ["failing", silent, "down 3000 tell down"],
    ["failing", probed, "down 3000 tell down"],
    ["failing", busy, "down 21000 tell down"],
    ["down", began, "trying 33000"],
    ["down", answered, "up 0 tell up"],
    ["down", silent, "down 1000"],
    ["down", probed, "down 9000"],
    ["down", busy, "down 21000"],
    ["trying", began, "trying 40000"],
    ["trying", answered, "up 0 tell up"],
    ["trying", silent, "down 9000"],
    ["trying", probed, "down 9000"],
    ["trying", busy, "down 21000"],
  ];
  for (const [from, input, to] of rows) {
    const what = input.type === "failed" ? `${input.of} failed (${input.why})` : input.type;
    it(`${from} at ${what}: ${to}`, () => assert.equal(follows(states[from] ?? closedCircuit, input), to));
  }

  it("opens for longer each time that a call tries it in vain, up to a minute", () => {
    let state: CircuitState = { type: "up", failures: 2 };
    const waits = Array.from({ length: 8 }, (_, index) => {
      const atMs = index * 100_000;
      [state] = stepCircuit(stepCircuit(state, began, atMs)[0], silent, atMs);
      return state.type === "down" ? (state.retryAtMs - atMs) / 1_000 : undefined;
    });
    assert.deepEqual(waits, [2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it("is kept open by a Retry-After for five minutes at most", () => {
    assert.equal(follows(closedCircuit, { ...busy, retryAfterMs: 9e12 }), "down 301000 tell down");
  });

  it("says why it is open, and lets a call try once the time is over; a second one waits for its outcome", () => {
    const down: CircuitState = { type: "down", why: "no response", opened: 1, retryAtMs: 3_500 };
    assert.equal(whyOpen(down, 1_000), "no response; it is tried again in 3 s");
    assert.equal(whyOpen(down, 3_500), undefined);
    const [trying] = stepCircuit(down, began, 3_500);
    assert.equal(whyOpen(trying, 3_600), "no response; a call is trying it again");
    assert.equal(whyOpen(trying, 3_500 + 32_000), undefined, "a call that is given up does not keep it open");
    assert.equal(whyOpen(closedCircuit, 0), undefined);
  });
});
