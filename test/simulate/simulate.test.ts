import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomChoices } from "./choices.ts";
import { printHistory } from "./history.ts";
import { printBroken } from "./report.ts";
import { simulateCalls } from "./run.ts";
import { shrinkCall } from "./shrink.ts";
import { simulateCall } from "./simulate-call.ts";
import type { Invariant, Step } from "./watch.ts";

const calls = 2_500;

describe("simulated calls", () => {
  for (const [name, seed] of [
    ["the same seed as always", 7],
    ["a new seed", Number(process.env["OFFHOOK_SEED"] ?? Date.now() % 1_000_000_000)],
  ] as const) {
    it(`keep every invariant, with ${name}`, (t) => {
      t.diagnostic(`seed ${seed}; repeat with npm run simulate -- --seed ${seed} --calls ${calls}`);

      const summary = simulateCalls({ seed, first: 0, count: calls });

      if (summary.broken !== undefined) assert.fail(printBroken(seed, summary.broken));
      assert.equal(Object.keys(summary.events).length, 11, "every type of event was met");
    });
  }

  it("are the same again for the same seed and number", () => {
    const run = (): string => {
      const steps: Step[] = [];
      simulateCall(randomChoices(7, 123), { isDeep: false, onStep: (step) => steps.push(step) });
      return printHistory(steps);
    };

    assert.equal(run(), run());
  });
});

/** Holds in no call that has a second leg. */
const neverBridges: Invariant = {
  name: "nobody is called",
  rule: "of this test",
  watch: (_view, fail) => ({
    effect(effect) {
      if (effect.do === "bridge-legs") fail(`${effect.legIds.length} legs are joined`);
    },
  }),
};

describe("a broken invariant", () => {
  it("is shown by the shortest history that breaks it in the same way", () => {
    const options = { isDeep: false, invariants: [neverBridges] };
    const numbers = Array.from({ length: 1_000 }, (_, index) => index);
    const number = numbers.find((one) => simulateCall(randomChoices(7, one), options).violation !== undefined);
    assert.ok(number !== undefined, "no call bridges");
    const taken: number[] = [];
    const { violation, steps } = simulateCall(randomChoices(7, number, taken), options);
    assert.ok(violation !== undefined);

    const shrunk = shrinkCall(taken, violation, [neverBridges]);

    assert.equal(shrunk.call.violation?.invariant, "nobody is called");
    assert.ok(shrunk.steps.length <= Math.min(steps, 9), `${shrunk.steps.length} steps`);
    assert.match(
      printHistory(shrunk.steps),
      /leg-(answered|early-media) \{"legId":"B1"\}[^]*-> bridge-legs \{"legIds":\["A","B1"\]\}/,
    );
  });
});
