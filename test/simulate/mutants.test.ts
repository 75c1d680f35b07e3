import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { invariants } from "./invariants/index.ts";
import { runMutant } from "./mutants.ts";
import { mutations } from "./mutations/index.ts";
import { purity } from "./purity.ts";

/** So many calls find each of them; most need a few dozen. */
const calls = 10_000;

describe("a broken engine", () => {
  for (const mutation of mutations) {
    it(`breaks "${mutation.breaks}": ${mutation.meaning}`, (t) => {
      const { foundAfter, what } = runMutant(mutation, { seed: 7, first: 0, count: calls });

      t.diagnostic(`after ${foundAfter} calls: ${what}`);
      assert.ok(foundAfter !== undefined, what);
    });
  }
});

describe("each invariant", () => {
  for (const name of [...invariants.map((one) => one.name), purity]) {
    it(`can fail: a mutation breaks "${name}"`, () => {
      assert.ok(mutations.some((mutation) => mutation.breaks === name));
    });
  }
});
