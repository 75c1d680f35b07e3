import { hasAsterisk } from "../asterisk/program.ts";
import type { Bench } from "../bench.ts";
import {
  callsTo,
  cpuPerCall,
  fullPlan,
  quickPlan,
  searchCalls,
  SLOW_ANSWER_MS,
  splitCpu,
  whyCallsFail,
  type FoundCalls,
} from "../call-search.ts";
import type { CallWindow } from "../call-window.ts";
import { whyLimited } from "../far-ends/own-use.ts";
import { ledgerRow } from "../ledger.ts";
import { MOST_LATE_MS } from "../leg-search.ts";
import { pause } from "../pause.ts";
import { startPeer, type Peer } from "../peer.ts";
import { median, percentile } from "../percentile.ts";
import type { ServerFacts } from "../processes/server-words.ts";
import type { Row } from "../report.ts";

/** After the search. */
const settleMs = 2_000;

const coldPerSecond = 50;
const calmPerSecond = 20;

/** What one server does. */
interface Measured {
  readonly readyMs: number;
  readonly cold: CallWindow;
  readonly found: FoundCalls;
  readonly calm: CallWindow;
}

/** Inbound calls per second with a real function deciding, and what a call costs and waits when the server is not busy; beside them, where it is
 * installed, Asterisk and a program that it asks. */
export async function measureCalls(bench: Bench): Promise<readonly Row[]> {
  const ledger: Row[] = [];
  const ours = await measureServer(bench, "processes/server", async (server) => {
    ledger.push(await ledgerRow("ledger", server));
  });
  const asterisk = hasAsterisk() ? await measureServer(bench, "processes/asterisk-server") : undefined;
  const theirs = asterisk === undefined ? [] : rowsOf(asterisk);
  const beside = ({ name }: Row) =>
    theirs
      .filter((row) => row.name === name && Number.isFinite(row.value))
      .map(({ value }) => ({ name: "Asterisk", value }));
  return [...rowsOf(ours).map((row) => ({ ...row, beside: beside(row) })), ...ledger];
}

/** @param then what else is asked of it at the end */
async function measureServer(
  bench: Bench,
  file: string,
  then: (server: Peer) => Promise<void> = async () => undefined,
): Promise<Measured> {
  const server = startPeer(file, bench.server);
  const load = startPeer("processes/call-load", bench.load);
  try {
    const { sip, readyMs } = await server.ask<ServerFacts>("start");
    bench.tell(`  ${file}:`);
    const run = callsTo(server, load, sip.port);
    const plan = bench.isQuick ? quickPlan : fullPlan;
    const cold = await run(coldPerSecond, 2);
    const found = await searchCalls(bench, plan, run);
    await pause(settleMs);
    const calm = await bench.windows.calm(() => run(calmPerSecond, plan.calmSeconds));
    await then(server);
    return { readyMs, cold, found, calm };
  } finally {
    await load.end();
    await server.end();
  }
}

function rowsOf({ readyMs, cold, found, calm }: Measured): readonly Row[] {
  const coldMs = percentile(cold.outcome.answerMs, 0.99);
  return [
    { name: "ready", what: "server ready after start", value: readyMs, unit: "ms" },
    row("cold-answer-p99", "INVITE to 200 of the first 100 calls, p99", coldMs, "ms"),
    ...calmRows(calm),
    ...loadRows(found),
  ];
}

function calmRows({ outcome, observed, cpu }: CallWindow): Row[] {
  const { answerMs, firstAudioMs, good } = outcome;
  const { invocationMs, sinceReplyMs } = observed;
  const at = `at ${calmPerSecond} calls/s`;
  return [
    row("answer-p50", `INVITE to 200, warm function, ${at}, p50`, median(answerMs), "ms", { atMost: 3 }),
    row("answer-p99", "  p99", percentile(answerMs, 0.99), "ms"),
    row("invocation-p50", "  of it: event to function's reply, p50", median(invocationMs), "ms"),
    row("first-rtp-p50", `function's reply to first RTP packet, ${at}, p50`, median(sinceReplyMs), "ms", { atMost: 2 }),
    row("first-rtp-p99", "  p99", percentile(sinceReplyMs, 0.99), "ms", { atMost: 20 }),
    row("answer-to-audio-p50", "200 to first RTP packet as the caller sees it, p50", median(firstAudioMs), "ms"),
    {
      ...row("call-cpu-calm", `processor time of a call ${at}`, cpu.processMs / good, "ms"),
      note: splitCpu(cpu, good),
    },
  ];
}

function loadRows({ held, failed, load, trials }: FoundCalls): Row[] {
  const without = Math.max(
    0,
    ...trials.filter((trial) => whyCallsFail(trial) === undefined).map(({ perSecond }) => perSecond),
  );
  const limit = [held, failed?.trial]
    .map((trial) => trial && whyLimited(trial.outcome.own))
    .find((why) => why !== undefined);
  const stop = failed === undefined ? "no rate failed" : `${failed.load}/s: ${failed.trial.why ?? ""}`;
  const what = "inbound calls per second on one core, function deciding, 1 s of audio p99 under 5 ms late";
  const rows: Row[] = [
    {
      ...row("calls", what, load, "calls/s", { atLeast: 300 }),
      note: limit === undefined ? stop : `${stop}; ${limit}`,
    },
    row("calls-any-audio", "  the same, however late the audio is", without, "calls/s"),
  ];
  if (held === undefined) return rows;
  const { outcome, cpu, observed } = held;
  const { late, packets, skipped } = outcome.heard;
  const seconds = outcome.placed / held.perSecond;
  return [
    ...rows,
    {
      ...row("calls-cpu", "  processor time of a call then", cpu.processMs / outcome.good, "ms"),
      note: `${splitCpu(cpu, outcome.good)}; ${Math.round(cpuPerCall(cpu, seconds * 10))} % of a core`,
    },
    row("calls-answer-p99", "  INVITE to 200 then, p99", percentile(outcome.answerMs, 0.99), "ms", {
      atMost: SLOW_ANSWER_MS,
    }),
    {
      ...row("calls-late-p99", "  lateness of their audio then, p99", late.p99, "ms", { atMost: MOST_LATE_MS }),
      note: `p50 ${late.p50.toFixed(2)} ms, worst ${late.worst.toFixed(1)} ms, ${skipped} of ${packets} left out, by ${outcome.time} time`,
    },
    row(
      "calls-first-rtp-p99",
      "  function's reply to first RTP packet then, p99",
      percentile(observed.sinceReplyMs, 0.99),
      "ms",
    ),
  ];
}

function row(name: string, what: string, value: number, unit: string, target?: Row["target"]): Row {
  return target === undefined ? { name, what, value, unit } : { name, what, value, unit, target };
}
