import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createRandom } from "../../src/testing/internal/random.ts";
import { assertCost } from "./cost.ts";
import { createMutator } from "./mutate.ts";
import { corpusOf } from "./seeds.ts";
import { mostBytesOf } from "./target.ts";
import { fuzzTargets } from "./targets/index.ts";

/** In the suite; `npm run fuzz` has feedback and goes on for long. */
const changedInputs = 500;
const growingInputs = 2;
const seed = randomInt(2 ** 31);

// Acceptance: 29
for (const target of fuzzTargets) {
  describe(`the reader of ${target.name}`, () => {
    const corpus = corpusOf(target);
    const take = async (input: Buffer, what: string) => {
      try {
        target.take(Buffer.from(input));
        if (target.goesOn === true) await nextTurn();
      } catch (cause) {
        throw new Error(`${what} ${JSON.stringify(input.toString("latin1"))}`, { cause });
      }
    };

    it("takes each seed that is kept", async () => {
      for (const input of corpus) await take(input, "seed");
      assert.equal(new Set(corpus.map((input) => input.toString("latin1"))).size, corpus.length, "each is there once");
    });

    it("takes what becomes of them by changes at random", async (context) => {
      context.diagnostic(`seed ${seed}`);
      const { next } = createMutator(createRandom(seed), corpus, target.words, mostBytesOf(target));
      for (let left = changedInputs; left > 0; left--) await take(next(), `of seed ${seed}`);
    });

    it("takes no more time for each byte of a long input than of a short one, wherever it grows", () => {
      assertCost(target, growingInputs, createRandom(seed));
    });
  });
}
