import { parseArgs } from "node:util";
import type { SipAddress } from "../src/app/index.ts";
import { pause } from "./pause.ts";
import { startPeer, type Peer } from "./peer.ts";
import type { SoakBatch, SoakOutcome } from "./processes/example-callers.ts";
import type { ExampleFacts, ExampleTally, ExampleUse } from "./processes/example-server.ts";
import { soakScripts } from "./soak-scripts.ts";

/** A finished SIP transaction is kept 32 s for late messages (RFC 3261 §17.2), then the ledger must be zero. */
const quietMs = 40_000;
const sampleMs = 1_000;
const lineEverySamples = 15;
/** More than this from the second quarter of the run to the last is called growth; a shorter run is still warming up. */
const flatWithin = 0.05;
const callsToJudgeMemory = 1_000;

const usage = `npm run soak -- [--example <name>] [--calls <number>] [--concurrency <number>]
  --example      ${Object.keys(soakScripts).join(", ")} (default: voicemail)
  --calls        how many in all (default: 1000)
  --concurrency  how many at one time (default: 100)`;

const { values } = parseArgs({
  options: {
    example: { type: "string", default: "voicemail" },
    calls: { type: "string", default: "1000" },
    concurrency: { type: "string", default: "100" },
    help: { type: "boolean", default: false },
  },
});
const [calls, concurrency] = [Number(values.calls), Number(values.concurrency)];
const isUsable = soakScripts[values.example] !== undefined && calls >= 1 && concurrency >= 1;

if (values.help || !isUsable) {
  console.error(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  process.exitCode = (await soak(values.example, calls, concurrency)) ? 0 : 1;
}

interface Sample extends ExampleUse {
  readonly atMs: number;
  readonly finished: number;
}

/** Runs the calls and prints what came of them.
 * @returns whether no call failed, nothing is left open and memory stayed flat */
async function soak(example: string, count: number, atOnce: number): Promise<boolean> {
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
    const last = await untilQuiet(server);
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

async function untilQuiet(server: Peer): Promise<ExampleUse> {
  const endedAt = performance.now();
  for (;;) {
    const use = await server.ask<ExampleUse>("use");
    if (openThings(use).length === 0 || performance.now() - endedAt > quietMs) return use;
    await pause(500);
  }
}

/** Warm function processes may stay. */
function openThings({ ledger }: ExampleUse): readonly [string, number][] {
  return Object.entries(ledger).filter(([name, open]) => name !== "functionProcesses" && open > 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
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
  const left = openThings(last);
  const [second, fourth] = [quarterOf(samples, 1), quarterOf(samples, 3)];
  const growth = fourth / second - 1;
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
  const isFlat = growth <= flatWithin || count < callsToJudgeMemory;
  const isWhole = tally.callsStarted === tally.callsEnded;
  if (!isFlat) console.log("Memory grew.");
  return outcome.failed === 0 && left.length === 0 && isFlat && isWhole;
}

/** Mean resident memory in one quarter of the run (0 to 3), bytes. */
function quarterOf(samples: readonly Sample[], quarter: number): number {
  const from = Math.floor((samples.length * quarter) / 4);
  const part = samples.slice(from, Math.max(from + 1, Math.floor((samples.length * (quarter + 1)) / 4)));
  return part.reduce((sum, { residentBytes }) => sum + residentBytes, 0) / part.length;
}
