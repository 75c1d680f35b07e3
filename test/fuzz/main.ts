/** Gives readers of foreign bytes inputs that AFL++ makes, by what each input reaches in their code, then inputs that grow, and prints how many. */
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { createRandom } from "../../src/testing/internal/random.ts";
import { assertCost } from "./cost.ts";
import { fuzzTarget, type FuzzOutcome } from "./fuzzer/fuzz-target.ts";
import type { FuzzTarget } from "./target.ts";
import { fuzzTargets } from "./targets/index.ts";
import { readWords } from "../../src/testing/internal/read-words.ts";

const usage = `npm run fuzz -- [target]... [--inputs <number>] [--seconds <number>] [--seed <number>] [--keep]
  target     ${fuzzTargets.map(({ name }) => name).join(", ")} (default: all)
  --inputs   each target gets about so many (default: 100000)
  --seconds  it ends after so many seconds all the same (default: 600)
  --seed     of chance (default: another one each time)
  --keep     inputs that reach what no seed does are kept in test/fuzz/seeds`;

const { values, positionals } = readWords(usage, {
  options: {
    inputs: { type: "string", default: "100000" },
    seconds: { type: "string", default: "600" },
    seed: { type: "string" },
    keep: { type: "boolean", default: false },
  },
  allowPositionals: true,
  numbers: ["seed"],
});
/** Inputs that grow, for each target. */
const growing = 30;

const unknown = positionals.filter((name) => !fuzzTargets.some((target) => target.name === name));
if (unknown.length > 0) {
  console.error(`no target is named ${unknown.join(", ")}`);
  console.error(usage);
  process.exitCode = 2;
} else if (spawnSync("afl-fuzz", ["-h"]).error !== undefined) {
  console.error("afl-fuzz is not in PATH; Debian and Ubuntu have it in the package afl++");
  process.exitCode = 2;
} else {
  const wanted = fuzzTargets.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  process.exitCode = (await fuzzAll(wanted)) ? 0 : 1;
}

async function fuzzAll(targets: readonly FuzzTarget[]): Promise<boolean> {
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  console.log(`seed ${seed}`);
  let [inputs, failed] = [0, 0];
  for (const target of targets) {
    const plan = { inputs: Number(values.inputs), seconds: Number(values.seconds), seed, keeps: values.keep };
    const outcome = await fuzzTarget(target, plan);
    const cost = measureCost(target, seed);
    const why = [outcome.failure, outcome.faults, cost.why].filter((text) => text !== undefined && text !== "");
    inputs += outcome.inputs;
    failed += why.length === 0 ? 0 : 1;
    console.log(lineOf(target, outcome, why.length > 0 ? "FAULTS" : cost.said));
    for (const text of why) console.log(text);
  }
  console.log(
    `${inputs.toLocaleString("en-US")} inputs, ${targets.length - failed} of ${targets.length} targets without a fault`,
  );
  return failed === 0;
}

function lineOf({ name }: FuzzTarget, outcome: FuzzOutcome, verdict: string): string {
  const { inputs, seconds, ways, corpus, kept } = outcome;
  const counts = [
    `${inputs.toLocaleString("en-US")} inputs in ${seconds} s`,
    `${ways} ways through the code by ${corpus} of them`,
    ...(kept === undefined ? [] : [kept]),
    verdict,
  ];
  return `${name}: ${counts.join(", ")}`;
}

function measureCost(target: FuzzTarget, seed: number): { readonly said: string; readonly why?: string } {
  try {
    const tried = assertCost(target, growing, createRandom(seed));
    return { said: tried === 0 ? "none grows" : `${tried} that grow cost no more for each byte` };
  } catch (error) {
    return { said: "", why: error instanceof Error ? error.message : String(error) };
  }
}
