import { randomInt } from "node:crypto";
import { test, type TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createRandom } from "./random.ts";

/** Throws one round of random input at something, and asserts what has to hold then. The numbers of a round depend on its seed only. */
export type FuzzRound = (random: () => number, round: number) => void;

/** Bytes by which the heap may have grown between the first quarter of a long run and its end. */
const mostGrowth = 4_000_000;

/** A test with random input that ends in " (fuzz)": so many rounds in the suite, other ones each time. `npm run fuzz:machines` runs it as long as it is told to
 * (`OFFHOOK_FUZZ_SECONDS`) and asserts that the heap does not grow. A round that fails names its seed, which `npm run fuzz:machines -- --seed` begins with
 * (`OFFHOOK_FUZZ_SEED`).
 * @param open makes what all rounds share */
export function fuzzTest(title: string, rounds: number, open: (context: TestContext) => FuzzRound): void {
  test(`${title} (fuzz)`, async (context) => {
    const { OFFHOOK_FUZZ_SEED: givenSeed, OFFHOOK_FUZZ_SECONDS: seconds } = process.env;
    const seed = givenSeed === undefined ? randomInt(2 ** 31) : Number(givenSeed);
    const play = open(context);
    const playOne = (round: number): void => {
      try {
        // Seeds that follow each other begin alike.
        play(createRandom(Math.imul(seed + round, 0x9e37_79b1)), round);
      } catch (cause) {
        throw new Error(`a round failed; its seed is ${seed + round}`, { cause });
      }
    };
    if (seconds === undefined) {
      for (let round = 0; round < rounds; round++) playOne(round);
    } else {
      const { done, grownBytes } = await playFor(Number(seconds) * 1_000, playOne);
      context.diagnostic(`${done} rounds, seeds ${seed} to ${seed + done - 1}, heap ${grownBytes} bytes more`);
      if (grownBytes > mostGrowth) throw new Error(`the heap has grown by ${grownBytes} bytes`);
    }
  });
}

async function playFor(ms: number, play: (round: number) => void) {
  const startedAt = performance.now();
  let done = 0;
  const playUntil = async (endMs: number) => {
    do {
      play(done++);
      // What crypto has let go of is given back between turns only.
      if (done % 100 === 0) await nextTurn();
    } while (performance.now() - startedAt < endMs);
    await nextTurn();
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const before = await playUntil(ms / 4);
  return { grownBytes: (await playUntil(ms)) - before, done };
}
