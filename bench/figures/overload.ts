import type { Bench } from "../bench.ts";
import { callsTo, fullPlan, quickPlan, searchCalls, SLOW_ANSWER_MS, type RunCalls } from "../call-search.ts";
import { untilOver, type CallWindow } from "../call-window.ts";
import { whyLimited } from "../far-ends/own-use.ts";
import { ledgerRow } from "../ledger.ts";
import { MOST_LATE_MS } from "../leg-search.ts";
import { pause } from "../pause.ts";
import { startPeer, type Peer } from "../peer.ts";
import { percentile, spreadOf } from "../percentile.ts";
import type { CallBatch, CallOutcome } from "../processes/call-load.ts";
import { benchNumbers, type ServerFacts } from "../processes/server-words.ts";
import type { Row } from "../report.ts";

/** Offered against the best, and for how long; the first is what is asked for. */
const overloads = [
  { times: 2, seconds: 60 },
  { times: 3, seconds: 20 },
  { times: 5, seconds: 20 },
];
const overloadsOfQuickLook = [{ times: 2, seconds: 15 }];
/** The rush begins: until there are limits callers wait longer than later. */
const rushMs = 2_000;
/** Of the best must go well. */
const leastShare = 0.8;
/** Calls that are up all the while, and hear a prompt. */
const legs = 50;
const legsPerSecond = 25;
/** From the first of them until all are up, and from the end of a window until they leave. */
const legsUpMs = 3_500;
const legsLastMs = 4_000;
/** A server that was just overloaded has its limits for some seconds. */
const restMs = 3_000;

/** A window of calls, with what those heard that were up all the while. */
interface WindowBeside extends CallWindow {
  readonly legs: CallOutcome;
}

/** The best rate of calls that a server gets done beside legs that are up, and what becomes of twice as many, for a minute, and of more. */
export async function measureOverload(bench: Bench): Promise<readonly Row[]> {
  const server = startPeer("processes/server", bench.server);
  const [load, legsLoad] = [startPeer("processes/call-load", bench.load), startPeer("processes/call-load", bench.load)];
  try {
    const { sip } = await server.ask<ServerFacts>("start");
    const run = besideLegs(callsTo(server, load, sip.port), legsLoad, sip.port);
    const plan = bench.isQuick ? quickPlan : fullPlan;
    const { trials } = await searchCalls(bench, plan, run);
    const best = Math.max(...trials.map(({ outcome }) => outcome.good / plan.windowSeconds));
    const rows = [
      row("overload-best", `calls per second that go well at best, beside ${legs} legs that play`, best, "calls/s"),
    ];
    for (const { times, seconds } of bench.isQuick ? overloadsOfQuickLook : overloads) {
      await pause(restMs);
      bench.tell(`  ${times} times as many, for ${seconds} s`);
      const over = await run(Math.round(best * times), seconds);
      rows.push(...rowsOf(best, over, { times, seconds }));
    }
    return [...rows, await ledgerRow("overload-ledger", server)];
  } finally {
    await Promise.all([load.end(), legsLoad.end()]);
    await server.end();
  }
}

/** The same windows, each while the legs are up. */
function besideLegs(run: RunCalls, load: Peer, port: number) {
  return async (perSecond: number, seconds: number): Promise<WindowBeside> => {
    const holdMs = legsUpMs + 1_000 * seconds + legsLastMs;
    const batch = { port, number: benchNumbers.long, count: legs, perSecond: legsPerSecond, holdMs };
    await load.ask("begin", batch satisfies CallBatch);
    await pause(legsUpMs);
    await load.ask<CallOutcome>("outcome");
    const window = await run(perSecond, seconds);
    const heard = await load.ask<CallOutcome>("outcome");
    await untilOver(load, holdMs);
    return { ...window, legs: heard };
  };
}

function rowsOf(
  best: number,
  { perSecond, outcome, legs: beside }: WindowBeside,
  { times, seconds }: (typeof overloads)[number],
): Row[] {
  const name = times === overloads[0]?.times ? "overload" : `overload-${times}`;
  const { good, answered, answerMs, refusalMs, failures, placed, resent, own } = outcome;
  const causes = Object.entries(failures).map(([what, count]) => `${what}: ${count}`);
  const limit = whyLimited(own);
  const { late, lost, skipped, packets } = beside.heard;
  return [
    {
      ...row(name, `  share of them that go well of ${perSecond} offered for ${seconds} s`, good / seconds / best, "", {
        atLeast: leastShare,
      }),
      note: `${good} of ${placed}; ${causes.join(", ")}${limit === undefined ? "" : `; ${limit}`}`,
    },
    {
      ...row(`${name}-answer-p99`, "  INVITE to 200 of those that are taken, p99", percentile(answerMs, 0.99), "ms", {
        atMost: SLOW_ANSWER_MS,
      }),
      note: `${answered} answered, p50 ${percentile(answerMs, 0.5).toFixed(0)} ms; ${wordsOfRush(outcome)}`,
    },
    {
      ...row(`${name}-refusal-p99`, "  INVITE to 503 of the others, p99", percentile(refusalMs, 0.99), "ms"),
      note: `${refusalMs.length} refused, p50 ${percentile(refusalMs, 0.5).toFixed(1)} ms; ${resent} INVITEs sent again`,
    },
    {
      ...row(`${name}-legs-late-p99`, "  lateness of what the legs heard meanwhile, p99", late.p99, "ms", {
        atMost: MOST_LATE_MS,
      }),
      note: `${beside.answered} legs, p50 ${late.p50.toFixed(2)} ms, worst ${late.worst.toFixed(1)} ms, ${skipped} of ${packets} left out`,
    },
    row(`${name}-legs-lost`, "  packets that the legs lost meanwhile", lost, "packets", { atMost: 0 }),
  ];
}

/** How long those waited that came first, and all others. */
function wordsOfRush({ answerMs, answerAtMs }: CallOutcome): string {
  const spread = (isOf: (atMs: number) => boolean) => {
    const { p50, p99 } = spreadOf(answerMs.filter((_, index) => isOf(answerAtMs[index] ?? 0)));
    return `p50 ${p50.toFixed(0)} p99 ${p99.toFixed(0)} ms`;
  };
  const [first, later] = [spread((atMs) => atMs < rushMs), spread((atMs) => atMs >= rushMs)];
  return `in the first ${rushMs / 1_000} s ${first}, later ${later}`;
}

function row(name: string, what: string, value: number, unit: string, target?: Row["target"]): Row {
  return target === undefined ? { name, what, value, unit } : { name, what, value, unit, target };
}
