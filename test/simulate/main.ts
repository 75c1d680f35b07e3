/** `npm run simulate`: random calls on the pure engine in virtual time. */
import { availableParallelism } from "node:os";
import { randomChoices } from "./choices.ts";
import { printHistory } from "./history.ts";
import { runMutant } from "./mutants.ts";
import { mutations } from "./mutations/index.ts";
import { printBroken, printSummary } from "./report.ts";
import { simulateInWorkers } from "./run-in-workers.ts";
import { simulateCall } from "./simulate-call.ts";
import type { Step } from "./watch.ts";
import { readWords } from "../../src/testing/internal/read-words.ts";

const usage = `npm run simulate -- [options]
  --calls N     calls to simulate; 100,000 if not given
  --seed N      of the random choices; random if not given
  --first N     number of the first call; 0
  --call N      simulate this call alone and show its history
  --workers N   threads; one for each processor
  --mutations   break the engine in each known way and show how soon that is found
  --missed      list the pairs of state and input that were never met`;

const { values } = readWords(usage, {
  options: {
    calls: { type: "string", default: "100000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
    first: { type: "string", default: "0" },
    call: { type: "string" },
    workers: { type: "string", default: String(availableParallelism()) },
    mutations: { type: "boolean", default: false },
    missed: { type: "boolean", default: false },
  },
  numbers: ["call"],
});

const numbers = [values.calls, values.seed, values.first, values.call ?? "0", values.workers].map(Number);
const [calls = 0, seed = 0, first = 0, call = 0, workers = 1] = numbers;

if (values.call !== undefined) showCall();
else if (values.mutations) breakEngine();
else await simulate();

function showCall(): void {
  const steps: Step[] = [];
  const { violation } = simulateCall(randomChoices(seed, call), { isDeep: true, onStep: (step) => steps.push(step) });
  console.log(printHistory(steps));
  if (violation === undefined) {
    console.log("\nEvery invariant held.");
    return;
  }
  console.log(`\n${printBroken(seed, { call, invariant: violation.invariant, what: violation.message })}`);
  process.exitCode = 1;
}

function breakEngine(): void {
  console.log(`seed ${seed}, at most ${calls.toLocaleString("en")} calls each`);
  for (const mutation of mutations) {
    const { foundAfter, what } = runMutant(mutation, { seed, first, count: calls });
    const after = foundAfter === undefined ? "NOT FOUND" : `found after ${foundAfter} calls`;
    console.log(`${after.padEnd(24)} ${mutation.meaning}\n${" ".repeat(25)}${mutation.breaks}: ${what}`);
    if (foundAfter === undefined) process.exitCode = 1;
  }
}

async function simulate(): Promise<void> {
  console.log(`seed ${seed}`);
  const startedAt = performance.now();
  const showProgress = (done: number): void => void process.stderr.write(`\r${done.toLocaleString("en")} calls`);
  const onProgress = process.stderr.isTTY ? showProgress : undefined;
  const summary = await simulateInWorkers({ seed, first, count: calls }, Math.max(1, workers), onProgress);
  if (process.stderr.isTTY) process.stderr.write("\r");
  console.log(printSummary(summary, (performance.now() - startedAt) / 1_000, values.missed));
  if (summary.broken === undefined) {
    console.log("Every invariant held in every call.");
    return;
  }
  console.log(`\n${printBroken(seed, summary.broken)}`);
  process.exitCode = 1;
}
