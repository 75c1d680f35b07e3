import type { ServerLedger } from "../../src/app/index.ts";
import type { Bench } from "../bench.ts";
import { callsTo, fullPlan, searchCalls } from "../call-search.ts";
import { untilOver } from "../call-window.ts";
import { createBench } from "../create-bench.ts";
import { ourLegs } from "../figures/legs.ts";
import { openThings, untilIdle } from "../ledger.ts";
import { searchLegs } from "../leg-search.ts";
import { canPin, describeMachine, machineLine, stolenSince } from "../machine.ts";
import { pause } from "../pause.ts";
import { startPeer, type Peer } from "../peer.ts";
import type { CallBatch, CallOutcome } from "../processes/call-load.ts";
import { benchNumbers, type MemoryUse, type Observed, type ServerFacts } from "../processes/server-words.ts";
import { percentile } from "../percentile.ts";
import { readProcessorTimes } from "../windows.ts";
import { FLAT_WITHIN, growthOf, megabytes } from "./growth.ts";
import { searchStandingCalls, standingCalls, STAY_OVER_MS } from "./standing-calls.ts";

/** Calls of a second that come and go, or calls that stay and play. */
export type LoadKind = "calls" | "legs";

/** The share of the measured capacity that a server is to carry for long. */
const share = 0.8;
const sampleMs = 10_000;
/** Before what is counted begins. */
const warmSeconds = 30;
const warmPerSecond = 60;

/** What was counted from the first call on. */
interface Totals {
  packets: number;
  lost: number;
  skipped: number;
  late: number[];
  answer: number[];
  resident: number[];
  last: CallOutcome | undefined;
}

/** Runs a server at a steady load, and prints what came of it.
 * @param at calls per second or legs; undefined: 80 % of what is measured first
 * @returns whether no call failed, no packet was lost, memory stayed flat and nothing is left open */
export async function soakAtLoad(kind: LoadKind, minutes: number, at: number | undefined): Promise<boolean> {
  const isPinned = canPin();
  console.log(machineLine(describeMachine(isPinned)));
  const bench = createBench({ isPinned, isQuick: false, packets: undefined, profile: undefined });
  const load = at ?? Math.floor(share * (await capacityOf(kind, bench)));
  if (load === 0) throw new Error("no load held");
  console.log(`${load} ${kind === "calls" ? "calls per second" : "legs"} for ${minutes} min`);
  return withServer(bench, (server, callers, port) => run({ kind, minutes, load, server, callers, port }));
}

async function capacityOf(kind: LoadKind, bench: Bench): Promise<number> {
  const most = kind === "legs" ? (await searchLegs(bench, ourLegs("playing"))).load : 0;
  return withServer(bench, async (server, callers, port) => {
    const run = callsTo(server, callers, port);
    if (kind === "calls") return (await searchCalls(bench, fullPlan, run)).load;
    await run(warmPerSecond, warmSeconds);
    return searchStandingCalls(bench, server, callers, port, most);
  });
}

async function withServer<Result>(
  bench: Bench,
  work: (server: Peer, callers: Peer, port: number) => Promise<Result>,
): Promise<Result> {
  const server = startPeer("processes/server", bench.server);
  const callers = startPeer("processes/call-load", bench.load);
  try {
    const { sip } = await server.ask<ServerFacts>("start");
    return await work(server, callers, sip.port);
  } finally {
    await callers.end();
    await server.end();
  }
}

interface Soak {
  readonly kind: LoadKind;
  readonly minutes: number;
  /** Calls per second, or legs. */
  readonly load: number;
  readonly server: Peer;
  readonly callers: Peer;
  readonly port: number;
}

async function run(soak: Soak): Promise<boolean> {
  const { server, callers, port } = soak;
  await callsTo(server, callers, port)(Math.min(warmPerSecond, soak.load), warmSeconds);
  await server.ask("takeObserved");
  const before = readProcessorTimes();
  const batch = batchOf(soak);
  await callers.ask("begin", batch);
  const totals = await watch(soak, batch);
  await untilOver(callers, STAY_OVER_MS);
  const outcome = await callers.ask<CallOutcome>("outcome");
  add(totals, outcome, undefined);
  const stolen = stolenSince(before);
  const ledger = await untilIdle(() => server.ask<ServerLedger>("ledger"));
  const { callsEnded } = await server.ask<Observed>("takeObserved");
  return report(outcome, totals, { callsEnded, stolen, left: openThings(ledger) });
}

function batchOf({ kind, minutes, load, port }: Soak): CallBatch {
  if (kind === "legs") return standingCalls(port, load, 60_000 * minutes);
  return { port, number: benchNumbers.second, count: Math.round(load * 60 * minutes), perSecond: load };
}

/** Looks at both sides until the last call is placed. */
async function watch({ server, callers, minutes }: Soak, { count }: CallBatch): Promise<Totals> {
  const totals: Totals = {
    ...{ packets: 0, lost: 0, skipped: 0, late: [], answer: [], resident: [] },
    last: undefined,
  };
  const startedAt = performance.now();
  while (performance.now() - startedAt < 60_000 * minutes) {
    await pause(Math.min(sampleMs, Math.max(1, 60_000 * minutes - (performance.now() - startedAt))));
    const outcome = await callers.ask<CallOutcome>("outcome");
    const { rss } = await server.ask<MemoryUse>("memory");
    add(totals, outcome, rss);
    console.log(lineOf(performance.now() - startedAt, outcome, rss));
    if (outcome.placed >= count) break;
  }
  return totals;
}

function add(totals: Totals, { heard, answerMs }: CallOutcome, resident: number | undefined): void {
  totals.packets += heard.packets;
  totals.lost += heard.lost;
  totals.skipped += heard.skipped;
  if (heard.packets > 0) totals.late.push(heard.late.p99);
  if (answerMs.length > 0) totals.answer.push(percentile(answerMs, 0.99));
  if (resident !== undefined) totals.resident.push(resident);
}

function lineOf(atMs: number, { placed, ended, good, heard, answerMs }: CallOutcome, resident: number): string {
  const calls = `${placed} calls placed, ${placed - ended} up, ${ended - good} failed`;
  const audio = `${heard.packets} packets, ${heard.lost} lost, ${heard.skipped} left out, p99 ${heard.late.p99.toFixed(2)} ms late`;
  const answer = answerMs.length === 0 ? "" : `; answer p99 ${percentile(answerMs, 0.99).toFixed(0)} ms`;
  return `${Math.round(atMs / 1_000)} s`.padStart(7) + `  ${calls}; ${audio}${answer}; resident ${megabytes(resident)}`;
}

interface After {
  readonly callsEnded: number;
  readonly stolen: number;
  readonly left: readonly (readonly [string, number])[];
}

function report({ placed, good, failures, time }: CallOutcome, totals: Totals, after: After): boolean {
  const { second, fourth, growth } = growthOf(totals.resident);
  const causes = Object.entries(failures).map(([what, times]) => `, ${what}: ${times}`);
  const worst = (values: readonly number[]) =>
    `${percentile(values, 0.5).toFixed(1)} ms, in the worst 10 s ${Math.max(...values).toFixed(1)} ms`;
  console.log(`
${placed} calls, ${good} went well, ${placed - good} did not${causes.join("")}; ${after.callsEnded} ended at the server
${totals.packets} packets heard, ${totals.lost} lost, ${totals.skipped} left out, by ${time} time
p99 of their lateness: ${worst(totals.late)}
p99 from INVITE to 200: ${worst(totals.answer)}
resident memory: second quarter ${megabytes(second)}, last quarter ${megabytes(fourth)} (${growth > 0 ? "+" : ""}${(100 * growth).toFixed(1)} %)
ledger at the end: ${after.left.length === 0 ? "all zero" : after.left.map(([name, open]) => `${open} ${name}`).join(", ")}
the hypervisor took ${(100 * after.stolen).toFixed(2)} % of the time`);
  const isFlat = growth <= FLAT_WITHIN;
  if (!isFlat) console.log("Memory grew.");
  return good === placed && totals.lost === 0 && isFlat && after.left.length === 0;
}
