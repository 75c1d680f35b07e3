import { startPostgres, type PostgresCluster } from "../../test/store/postgres-cluster.ts";
import { errorMessage } from "../../src/kernel/index.ts";
import type { Bench } from "../bench.ts";
import { callsTo, splitCpu, type RunCalls } from "../call-search.ts";
import type { CallWindow } from "../call-window.ts";
import { childrenMs } from "../cpu.ts";
import { pause } from "../pause.ts";
import { startPeer, type Peer } from "../peer.ts";
import { median, percentile } from "../percentile.ts";
import type { CallsKept, ServerFacts } from "../processes/server-words.ts";
import type { Row } from "../report.ts";

const rates = [20, 100];
const warmPerSecond = 100;
/** Of a run, and of a short look. */
const fullPlan = { warmSeconds: 20, seconds: 8, rounds: 5 };
const quickPlan = { warmSeconds: 8, seconds: 4, rounds: 2 };
/** After the last call, for what is written after its end. */
const settleMs = 1_000;

/** Servers that differ in where they keep calls. */
interface Contender {
  readonly name: "none" | "sqlite" | "postgresql";
  readonly server: Peer;
  readonly run: RunCalls;
  /** Of a database that is a process of its own. */
  readonly databaseMs: () => number;
}

/** A window of one of them, and what the database's own processes took in it. */
interface Measured {
  readonly window: CallWindow;
  readonly databaseMs: number;
}

/** What a call takes of the processor where it is kept nowhere, in SQLite as shipped, and in PostgreSQL where that is installed: in turns, in one run. */
export async function measureStore(bench: Bench): Promise<readonly Row[]> {
  const plan = bench.isQuick ? quickPlan : fullPlan;
  const cluster = await openPostgres(bench);
  const load = startPeer("processes/call-load", bench.load);
  const contenders: Contender[] = [];
  try {
    const add = async (name: Contender["name"], kept: CallsKept) => {
      const server = startPeer("processes/server", bench.server);
      const { sip } = await server.ask<ServerFacts>("start", kept);
      const databaseMs = () => (name === "postgresql" && cluster ? (childrenMs(cluster.processId()) ?? 0) : 0);
      contenders.push({ name, server, run: callsTo(server, load, sip.port), databaseMs });
    };
    await add("none", "nowhere");
    await add("sqlite", "sqlite");
    if (cluster !== undefined) await add("postgresql", { url: cluster.urlOf("bench") });
    for (const { run } of contenders) await run(warmPerSecond, plan.warmSeconds);
    const rows: Row[] = [];
    for (const rate of rates) rows.push(...rowsOf(rate, await inTurns(bench, contenders, rate, plan)));
    return rows;
  } finally {
    await load.end();
    for (const { server } of contenders) await server.end();
    await cluster?.remove();
  }
}

async function openPostgres(bench: Bench): Promise<PostgresCluster | undefined> {
  try {
    const cluster = await startPostgres();
    await cluster.createDatabase("bench");
    return cluster;
  } catch (error) {
    bench.tell(`  store: without PostgreSQL, ${errorMessage(error)}`);
    return undefined;
  }
}

/** The cheapest window of each: who works beside it only adds. */
async function inTurns(
  { windows, tell }: Bench,
  contenders: readonly Contender[],
  rate: number,
  { rounds, seconds }: typeof fullPlan,
): Promise<ReadonlyMap<Contender["name"], Measured>> {
  const best = new Map<Contender["name"], Measured>();
  for (let round = 0; round < rounds; round++) {
    for (const { name, run, databaseMs } of contenders) {
      await pause(settleMs);
      const measured = await windows.calm(async () => {
        const before = databaseMs();
        const window = await run(rate, seconds);
        return { window, databaseMs: databaseMs() - before };
      });
      const known = best.get(name);
      if (known === undefined || callMs(measured) < callMs(known)) best.set(name, measured);
      tell(`  store: ${rate}/s, ${words[name]}: ${callMs(measured).toFixed(2)} ms a call`);
    }
  }
  return best;
}

const words = { none: "kept nowhere", sqlite: "kept in SQLite, as shipped", postgresql: "kept in PostgreSQL" };

function rowsOf(rate: number, best: ReadonlyMap<Contender["name"], Measured>): readonly Row[] {
  const without = best.get("none");
  const base = without === undefined ? Number.NaN : callMs(without);
  return [...best].map(([name, measured]) => {
    const { window, databaseMs } = measured;
    const { good, answerMs } = window.outcome;
    const value = callMs(measured);
    const notes = [
      splitCpu(window.cpu, good),
      ...(name === "none" ? [] : [`${(value - base).toFixed(2)} of it for keeping`]),
      ...(name === "postgresql" ? [`PostgreSQL itself ${(databaseMs / good).toFixed(2)} besides`] : []),
      `INVITE to 200 p50 ${median(answerMs).toFixed(1)}, p99 ${percentile(answerMs, 0.99).toFixed(1)}`,
    ];
    const isBase = name === "none";
    return {
      name: `store-${name}-${rate}`,
      what: isBase ? `processor time of a call at ${rate} calls/s, ${words[name]}` : `  the same, ${words[name]}`,
      ...{ value, unit: "ms", note: notes.join("; ") },
      ...(isBase ? {} : { beside: [{ name: words.none, value: base }] }),
    };
  });
}

function callMs({ window: { cpu, outcome } }: Measured): number {
  return cpu.processMs / outcome.good;
}
