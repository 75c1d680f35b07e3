import type { ServerLedger } from "../../src/app/index.ts";
import { cpuBetween, type CpuUse } from "../cpu.ts";
import { pause } from "../pause.ts";
import { startPeer, type Peer } from "../peer.ts";
import type { BatchOutcome, CallBatch } from "../processes/callers.ts";
import { benchNumbers, type Observed, type ServerFacts } from "../processes/server-words.ts";
import { median, percentile, type Row } from "../report.ts";

/** Calls per second of each step. */
const steps = [100, 150, 200, 250, 300, 350, 400, 450, 500];
const stepSeconds = 4;
const slowAnswerMs = 500;
/** Each call lasts a little over a second; more than this after the last one is a failure. */
const patienceMs = 4_000;
/** A finished transaction is kept 32 s for late messages (RFC 3261 §17.2), then the ledger must be zero. */
const quietMs = 36_000;

interface Step {
  readonly perSecond: number;
  readonly outcome: BatchOutcome;
  readonly cpu: CpuUse;
  readonly observed: Observed;
}

/** Inbound calls per second with a real function deciding, and what a call costs and waits when the server is not busy. */
export async function measureInboundCalls(processor: number | undefined): Promise<readonly Row[]> {
  const server = startPeer("processes/server", { processor, nodeWords: profileWords() });
  const callers = startPeer("processes/callers", { processor: processor === undefined ? undefined : processor + 1 });
  try {
    const { sip, readyMs } = await server.ask<ServerFacts>("start");
    const run = (perSecond: number, seconds: number) => runStep(server, callers, sip, perSecond, seconds);
    await run(40, 2); // warms code and caches
    const calm = await run(20, 8);
    const found = await climb(run);
    const endedAt = performance.now();
    const idle = async () => {
      while (performance.now() - endedAt < quietMs && !isQuiet(await server.ask<ServerLedger>("ledger")))
        await pause(500);
      return server.ask<ServerLedger>("ledger");
    };
    return [
      { name: "ready", what: "server ready after start", value: readyMs, unit: "ms" },
      ...calmRows(calm),
      ...loadRows(found),
      ledgerRow(await idle()),
    ];
  } finally {
    await callers.end();
    await server.end();
  }
}

/** With `BENCH_PROFILE=<folder>` the server writes processor profiles of its threads there. */
function profileWords(): readonly string[] {
  const folder = process.env["BENCH_PROFILE"];
  return folder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${folder}`];
}

async function runStep(
  server: Peer,
  callers: Peer,
  target: ServerFacts["sip"],
  perSecond: number,
  seconds: number,
): Promise<Step> {
  await server.ask("takeObserved");
  const before = await server.ask<CpuUse>("cpu");
  const batch: CallBatch = {
    target,
    number: benchNumbers.second,
    count: perSecond * seconds,
    perSecond,
    waitMs: patienceMs,
  };
  const outcome = await callers.ask<BatchOutcome>("run", batch);
  const cpu = cpuBetween(before, await server.ask<CpuUse>("cpu"));
  return { perSecond, outcome, cpu, observed: await server.ask<Observed>("takeObserved") };
}

/** Raises the rate until calls fail or are answered late, twice. */
async function climb(run: (perSecond: number, seconds: number) => Promise<Step>): Promise<Climb> {
  let best: Step | undefined;
  for (const perSecond of steps) {
    let step = await run(perSecond, stepSeconds);
    // Whatever else the machine does may spoil one try.
    if (whyFailed(step) !== undefined) step = await run(perSecond, stepSeconds);
    if (process.env["BENCH_VERBOSE"] !== undefined) console.error(printStep(step));
    if (whyFailed(step) !== undefined) return { best, failed: step };
    best = step;
  }
  return { best, failed: undefined };
}

interface Climb {
  readonly best: Step | undefined;
  readonly failed: Step | undefined;
}

function whyFailed({ outcome }: Step): string | undefined {
  const lost = outcome.placed - outcome.good;
  if (lost > 0)
    return `${lost} of ${outcome.placed} failed (${Object.entries(outcome.failures).map(String).join("; ")})`;
  const p99 = percentile(outcome.answerMs, 0.99);
  return p99 > slowAnswerMs ? `answer p99 ${Math.round(p99)} ms` : undefined;
}

function calmRows({ outcome, observed, cpu }: Step): Row[] {
  const calls = outcome.good;
  return [
    row("answer-p50", "INVITE to 200, warm function, p50", median(outcome.answerMs), "ms", { atMost: 3 }),
    row("answer-p99", "INVITE to 200, warm function, p99", percentile(outcome.answerMs, 0.99), "ms"),
    row("invocation-p50", "event to function's reply, p50", median(observed.invocationMs), "ms"),
    row("first-rtp-p50", "function's reply to first RTP packet, p50", median(observed.sinceReplyMs), "ms", {
      atMost: 2,
    }),
    row("first-rtp-p99", "function's reply to first RTP packet, p99", percentile(observed.sinceReplyMs, 0.99), "ms", {
      atMost: 20,
    }),
    row(
      "answer-to-audio-p50",
      "200 to first RTP packet as the caller sees it, p50",
      median(outcome.firstAudioMs),
      "ms",
    ),
    {
      ...row("cpu-per-call-calm", "server CPU per call at 20 calls/s", cpu.processMs / calls, "ms"),
      note: splitCpu(cpu, calls),
    },
  ];
}

function loadRows({ best, failed }: Climb): Row[] {
  const why = failed === undefined ? "no step failed" : `${failed.perSecond}/s: ${whyFailed(failed)}`;
  const rate = best?.perSecond ?? 0;
  const rows: Row[] = [
    {
      ...row("calls-per-second", "inbound calls per second, function deciding, 1 s of audio", rate, "calls/s", {
        atLeast: 300,
      }),
      relativeTo: "udp-round-trips",
      note: why,
    },
  ];
  if (best === undefined) return rows;
  const { outcome, cpu, observed } = best;
  const share = (100 * (cpu.processMs + (cpu.childrenMs ?? 0))) / (outcome.placed / best.perSecond) / 1_000;
  return [
    ...rows,
    {
      ...row("cpu-per-call", "server CPU per call at that rate", cpu.processMs / outcome.good, "ms"),
      note: splitCpu(cpu, outcome.good),
    },
    row("cpu-share", "server and functions, share of one core at that rate", share, "%"),
    row("load-answer-p50", "answer p50 at that rate", median(outcome.answerMs), "ms"),
    row("load-answer-p99", "answer p99 at that rate", percentile(outcome.answerMs, 0.99), "ms", {
      atMost: slowAnswerMs,
    }),
    row(
      "load-first-rtp-p99",
      "function's reply to first RTP p99 at that rate",
      percentile(observed.sinceReplyMs, 0.99),
      "ms",
    ),
  ];
}

function splitCpu({ processMs, mainThreadMs, childrenMs }: CpuUse, calls: number): string {
  if (mainThreadMs === undefined) return "";
  const each = (ms: number) => (ms / calls).toFixed(2);
  const functions = childrenMs === undefined ? "" : `, functions besides ${each(childrenMs)}`;
  return `main thread ${each(mainThreadMs)}, other threads ${each(processMs - mainThreadMs)}${functions}`;
}

function ledgerRow(ledger: ServerLedger): Row {
  const open = openThings(ledger);
  return {
    ...row(
      "ledger",
      "left open 36 s after the load",
      open.reduce((sum, [, count]) => sum + count, 0),
      "things",
      { atMost: 0 },
    ),
    note: open.map(([name, count]) => `${count} ${name}`).join(", "),
  };
}

function isQuiet(ledger: ServerLedger): boolean {
  return openThings(ledger).length === 0;
}

/** Warm function processes may stay. */
function openThings(ledger: ServerLedger): [string, number][] {
  return Object.entries(ledger).filter(([name, count]) => name !== "functionProcesses" && count > 0);
}

function row(name: string, what: string, value: number, unit: string, target?: Row["target"]): Row {
  return target === undefined ? { name, what, value, unit } : { name, what, value, unit, target };
}

function printStep(step: Step): string {
  const { perSecond, outcome, cpu, observed } = step;
  const p = (values: readonly number[]) => `${median(values).toFixed(1)}/${percentile(values, 0.99).toFixed(1)}`;
  return `${perSecond}/s good ${outcome.good}/${outcome.placed} answer ${p(outcome.answerMs)} invoke ${p(observed.invocationMs)} rtp ${p(observed.sinceReplyMs)} cpu ${(cpu.processMs / outcome.good).toFixed(2)} (${splitCpu(cpu, outcome.good)}) ${whyFailed(step) ?? ""}`;
}
