import type { SipAddress } from "../../src/app/index.ts";
import { openThings, untilIdle } from "../ledger.ts";
import { pause } from "../pause.ts";
import { startPeer, type Peer } from "../peer.ts";
import type { SoakBatch, SoakOutcome } from "../processes/example-callers.ts";
import type { ExampleFacts, ExampleTally, ExampleUse } from "../processes/example-server.ts";
import { FLAT_WITHIN, growthOf, megabytes } from "./growth.ts";

const sampleMs = 1_000;
const lineEverySamples = 15;
/** A shorter run is still warming up. */
const callsToJudgeMemory = 1_000;

interface Sample extends ExampleUse {
  readonly atMs: number;
  readonly finished: number;
}

/** Runs the calls and prints what came of them.
 * @returns whether no call failed, nothing is left open and memory stayed flat */
export async function soakExample(example: string, count: number, atOnce: number): Promise<boolean> {
  const server = startPeer("processes/example-server", { nodeWords: ["--expose-gc"] });
  const callers = startPeer("processes/example-callers");
  try {
    const farEnd = await callers.ask<SipAddress>("open");
    const facts = await server.ask<ExampleFacts>("start", { example, farEnd });
    const batch: SoakBatch = { ...facts, example, calls: count, concurrency: atOnce };
    const startedAt = performance.now();
    await callers.ask("begin", batch);
    const { samples, liveBytes } = await watch(server, callers, count);
    const tookMs = performance.now() - startedAt;
    const outcome = await callers.ask<SoakOutcome>("outcome");
    await untilIdle(async () => (await server.ask<ExampleUse>("use")).ledger);
    const last = await server.ask<ExampleUse>("use");
    const tally = await server.ask<ExampleTally>("tally");
    return report({ example, count, tookMs, outcome, tally, samples, liveBytes, last });
  } finally {
    await callers.end();
    await server.end();
  }
}

interface Watched {
  readonly samples: readonly Sample[];
  /** What is alive in the server after each quarter of the calls. */
  readonly liveBytes: readonly number[];
}

/** Samples both until all calls are over. */
async function watch(server: Peer, callers: Peer, count: number): Promise<Watched> {
  const samples: Sample[] = [];
  const liveBytes: number[] = [];
  const startedAt = performance.now();
  for (;;) {
    const { completed, failed, isDone } = await callers.ask<SoakOutcome>("outcome");
    const use = await server.ask<ExampleUse>("use");
    const sample = { ...use, atMs: performance.now() - startedAt, finished: completed + failed };
    samples.push(sample);
    if (samples.length % lineEverySamples === 1) console.log(lineOf(sample, failed));
    if (sample.finished * 4 >= count * (liveBytes.length + 1)) liveBytes.push(await server.ask<number>("liveBytes"));
    if (isDone) return { samples, liveBytes };
    await pause(sampleMs);
  }
}

function lineOf(
  { atMs, finished, residentBytes, heapUsedBytes, openFiles, handles, ledger }: Sample,
  failed: number,
): string {
  const seconds = `${Math.round(atMs / 1000)} s`.padStart(6);
  const memory = `resident ${megabytes(residentBytes)}, heap ${megabytes(heapUsedBytes)}`;
  return `${seconds}  ${finished} calls over, ${failed} failed, ${ledger.calls} up  ${memory}  ${openFiles ?? "?"} files, ${handles} handles`;
}

interface Soaked {
  readonly example: string;
  readonly count: number;
  readonly tookMs: number;
  readonly outcome: SoakOutcome;
  readonly tally: ExampleTally;
  readonly samples: readonly Sample[];
  readonly liveBytes: readonly number[];
  readonly last: ExampleUse;
}

function report({ example, count, tookMs, outcome, tally, samples, liveBytes, last }: Soaked): boolean {
  const perCall = (outcome.heardMs / count / 1000).toFixed(1);
  const left = openThings(last.ledger);
  const { second, fourth, growth } = growthOf(samples.map(({ residentBytes }) => residentBytes));
  const listed = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, times]) => `  ${name.padEnd(44)} ${times}`)
      .join("\n");
  console.log(`
${example}: ${count} calls in ${Math.round(tookMs / 1000)} s (${(count / (tookMs / 1000)).toFixed(1)} per second)
completed ${outcome.completed}, failed ${outcome.failed}; put off for want of room ${outcome.putOff} times
${listed(outcome.failures)}
sound heard per call: ${perCall} s
calls of the server: ${tally.callsStarted} started, ${tally.callsEnded} ended
events
${listed(tally.events)}
failures told to the function, and of it
${listed(tally.failures)}
resident memory: second quarter ${megabytes(second)}, last quarter ${megabytes(fourth)} (${growth > 0 ? "+" : ""}${(100 * growth).toFixed(1)} %)
alive in the main thread after each quarter of the calls: ${liveBytes.map(megabytes).join(", ")}
open files at the end: ${last.openFiles ?? "not known here"}; handles: ${last.handles}
ledger at the end: ${left.length === 0 ? "all zero" : left.map(([name, open]) => `${open} ${name}`).join(", ")}
`);
  const isFlat = growth <= FLAT_WITHIN || count < callsToJudgeMemory;
  const isWhole = tally.callsStarted === tally.callsEnded;
  if (!isFlat) console.log("Memory grew.");
  return outcome.failed === 0 && left.length === 0 && isFlat && isWhole;
}
