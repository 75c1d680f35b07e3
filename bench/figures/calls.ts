import type { ServerLedger } from "../../src/app/index.ts";
import type { Bench } from "../bench.ts";
import { findCapacity, type Capacity } from "../capacity.ts";
import { runCalls, type CallWindow } from "../call-window.ts";
import type { CpuUse } from "../cpu.ts";
import { whyLimited } from "../far-ends/own-use.ts";
import { openThings, untilIdle } from "../ledger.ts";
import { pause } from "../pause.ts";
import { startPeer, type Peer } from "../peer.ts";
import { median, percentile } from "../percentile.ts";
import { benchNumbers, type ServerFacts } from "../processes/server-words.ts";
import type { Row } from "../report.ts";

const slowAnswerMs = 500;
const mostLateMs = 5;
/** The share of its processor at which the search begins. */
const guessedShare = 0.85;
/** Between windows, for what the last one left. */
const settleMs = 1_000;
const overload = 1.5;

interface Trial extends CallWindow {
  readonly holds: boolean;
  readonly why: string | undefined;
  readonly share: number;
}

interface Plan {
  readonly warmSeconds: number;
  readonly calmSeconds: number;
  readonly windowSeconds: number;
  readonly resolution: number;
  readonly mostTries: number;
}

const full: Plan = { warmSeconds: 30, calmSeconds: 8, windowSeconds: 8, resolution: 0.05, mostTries: 7 };
const quick: Plan = { warmSeconds: 8, calmSeconds: 4, windowSeconds: 4, resolution: 0.1, mostTries: 4 };
const coldPerSecond = 50;
const warmPerSecond = 100;
const calmPerSecond = 20;

/** Inbound calls per second with a real function deciding, and what a call costs and waits when the server is not busy. */
export async function measureCalls(bench: Bench): Promise<readonly Row[]> {
  const server = startPeer("processes/server", bench.server);
  const load = startPeer("processes/call-load", bench.load);
  try {
    const { sip, readyMs } = await server.ask<ServerFacts>("start");
    const run = (perSecond: number, seconds: number) =>
      runCalls(server, load, { port: sip.port, number: benchNumbers.second, count: perSecond * seconds, perSecond });
    const plan = bench.isQuick ? quick : full;
    const cold = await run(coldPerSecond, 2);
    const warm = await run(warmPerSecond, plan.warmSeconds);
    await pause(settleMs);
    const calm = await bench.windows.calm(() => run(calmPerSecond, plan.calmSeconds));
    const trials: Trial[] = [];
    const found = await search(bench, plan, cpuPerCall(warm.cpu, warm.outcome.good), run, trials);
    const over = found.load === 0 ? undefined : await run(Math.round(found.load * overload), plan.windowSeconds);
    return [
      { name: "ready", what: "server ready after start", value: readyMs, unit: "ms" },
      row(
        "cold-answer-p99",
        "INVITE to 200 of the first 100 calls, p99",
        percentile(cold.outcome.answerMs, 0.99),
        "ms",
      ),
      ...calmRows(calm),
      ...loadRows(found, trials),
      ...(over === undefined ? [] : overloadRows(over, plan.windowSeconds)),
      ledgerRow(await idleLedger(server)),
    ];
  } finally {
    await load.end();
    await server.end();
  }
}

/** What a call takes of the server's processor, functions included, milliseconds. */
function cpuPerCall({ processMs, childrenMs }: CpuUse, calls: number): number {
  return (processMs + (childrenMs ?? 0)) / calls;
}

async function search(
  bench: Bench,
  plan: Plan,
  callMs: number,
  run: (perSecond: number, seconds: number) => Promise<CallWindow>,
  trials: Trial[],
): Promise<Capacity<Trial>> {
  const attempt = async (perSecond: number): Promise<Trial> => {
    const window = await bench.windows.calm(async () => {
      await pause(settleMs);
      return run(perSecond, plan.windowSeconds);
    });
    const why = whyNot(window);
    const { cpu } = window;
    const share = (cpu.processMs + (cpu.childrenMs ?? 0)) / cpu.atMs;
    const trial = { ...window, why, share, holds: why === undefined };
    trials.push(trial);
    bench.tell(`  calls: ${wordsOf(trial)}`);
    return trial;
  };
  return findCapacity({ ...plan, guess: (1_000 * guessedShare) / callMs, step: 5 }, async (perSecond) => {
    const first = await attempt(perSecond);
    // Whatever else the machine does may spoil one window.
    return first.holds ? first : attempt(perSecond);
  });
}

function whyNot(window: CallWindow): string | undefined {
  const { heard } = window.outcome;
  if (heard.lost > 0) return `${heard.lost} packets lost`;
  return (
    whyCallsFail(window) ?? (heard.late.p99 > mostLateMs ? `audio p99 ${heard.late.p99.toFixed(1)} ms late` : undefined)
  );
}

/** Without regard to the audio. */
function whyCallsFail({ outcome }: CallWindow): string | undefined {
  const { placed, good, failures, answerMs } = outcome;
  const causes = Object.entries(failures).map(([what, count]) => `${what}: ${count}`);
  if (good < placed) return `${placed - good} of ${placed} failed (${causes.join(", ")})`;
  const p99 = percentile(answerMs, 0.99);
  return p99 > slowAnswerMs ? `answer p99 ${Math.round(p99)} ms` : undefined;
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

function loadRows({ held, failed, load }: Capacity<Trial>, trials: readonly Trial[]): Row[] {
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
      atMost: slowAnswerMs,
    }),
    {
      ...row("calls-late-p99", "  lateness of their audio then, p99", late.p99, "ms", { atMost: mostLateMs }),
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

function overloadRows({ perSecond, outcome }: CallWindow, seconds: number): Row[] {
  const { good, answerMs, refusalMs, failures, placed } = outcome;
  const causes = Object.entries(failures).map(([what, count]) => `${what}: ${count}`);
  return [
    {
      ...row("overload", `calls per second that go well of ${perSecond} offered`, good / seconds, "calls/s"),
      note: `${placed} placed; ${causes.join(", ")}`,
    },
    row("overload-answer-p99", "  INVITE to 200 then, p99", percentile(answerMs, 0.99), "ms", { atMost: slowAnswerMs }),
    ...(refusalMs.length === 0
      ? []
      : [row("overload-refusal-p99", "  INVITE to 503 then, p99", percentile(refusalMs, 0.99), "ms")]),
  ];
}

function splitCpu({ processMs, mainThreadMs, childrenMs }: CpuUse, calls: number): string {
  if (mainThreadMs === undefined) return "";
  const each = (ms: number) => (ms / calls).toFixed(2);
  const functions = childrenMs === undefined ? "" : `, functions besides ${each(childrenMs)}`;
  return `main thread ${each(mainThreadMs)}, other threads ${each(processMs - mainThreadMs)}${functions}`;
}

async function idleLedger(server: Peer): Promise<readonly [string, number][]> {
  return openThings(await untilIdle(() => server.ask<ServerLedger>("ledger")));
}

function ledgerRow(open: readonly [string, number][]): Row {
  const sum = open.reduce((total, [, count]) => total + count, 0);
  return {
    ...row("ledger", "left open once the last transaction has run out", sum, "things", { atMost: 0 }),
    note: open.map(([name, count]) => `${count} ${name}`).join(", "),
  };
}

function row(name: string, what: string, value: number, unit: string, target?: Row["target"]): Row {
  return target === undefined ? { name, what, value, unit } : { name, what, value, unit, target };
}

function wordsOf({ perSecond, outcome, cpu, why }: Trial): string {
  const { answerMs, good, placed, heard, own } = outcome;
  const p = (values: readonly number[]) => `${median(values).toFixed(1)}/${percentile(values, 0.99).toFixed(1)}`;
  const words = [
    ...[`${perSecond}/s ${why === undefined ? "hold" : `fail (${why})`}`, `${good} of ${placed} good`],
    ...[
      `answer ${p(answerMs)} ms`,
      `audio ${heard.late.p50.toFixed(2)}/${heard.late.p99.toFixed(2)} ms, ${heard.skipped} left out`,
    ],
    ...[`${cpuPerCall(cpu, good).toFixed(2)} ms a call (${splitCpu(cpu, good)})`, whyLimited(own)],
  ];
  return words.filter((word) => word !== undefined).join("; ");
}
