import type { Bench } from "./bench.ts";
import { runCalls, type CallWindow } from "./call-window.ts";
import { findCapacity, type Capacity } from "./capacity.ts";
import type { CpuUse } from "./cpu.ts";
import { whyLimited } from "./far-ends/own-use.ts";
import { FULL_SHARE, MOST_LATE_MS } from "./leg-search.ts";
import { pause } from "./pause.ts";
import type { Peer } from "./peer.ts";
import { median, percentile } from "./percentile.ts";
import { benchNumbers } from "./processes/server-words.ts";

/** A rate holds while callers are answered within this time (p99). */
export const SLOW_ANSWER_MS = 500;
const warmPerSecond = 80;
/** A server is warm when a call took hardly less than ever before in two windows. */
const hardlyLess = 0.97;
const settledWindows = 2;
/** The share of its processor at which the search begins. */
const guessedShare = 0.85;
/** Between windows, for what the last one left. */
const settleMs = 1_000;

/** One window at a rate. */
export interface CallTrial extends CallWindow {
  readonly holds: boolean;
  readonly why: string | undefined;
  /** Of one processor, functions included. */
  readonly share: number;
}

/** How a search goes. */
export interface CallPlan {
  /** Of one window of the warm-up, and how many there are at most. */
  readonly warmSeconds: number;
  readonly mostWarmWindows: number;
  readonly calmSeconds: number;
  readonly windowSeconds: number;
  readonly resolution: number;
  readonly mostTries: number;
}

/** Of a run, and of a short look. */
export const fullPlan: CallPlan = {
  ...{ warmSeconds: 15, mostWarmWindows: 12 },
  ...{ calmSeconds: 8, windowSeconds: 8, resolution: 0.05, mostTries: 6 },
};
export const quickPlan: CallPlan = {
  ...{ warmSeconds: 8, mostWarmWindows: 1 },
  ...{ calmSeconds: 4, windowSeconds: 4, resolution: 0.1, mostTries: 4 },
};

/** Offers calls of a second for so many seconds. */
export type RunCalls = (perSecond: number, seconds: number) => Promise<CallWindow>;

/** What was found. */
export interface FoundCalls extends Capacity<CallTrial> {
  readonly trials: readonly CallTrial[];
}

/** Calls to a server at `port`. */
export function callsTo(server: Peer, load: Peer, port: number): RunCalls {
  return (perSecond, seconds) =>
    runCalls(server, load, { port, number: benchNumbers.second, count: perSecond * seconds, perSecond });
}

/** Warms a server up, then finds the rate of calls that it holds. */
export async function searchCalls(bench: Bench, plan: CallPlan, run: RunCalls): Promise<FoundCalls> {
  const guess = (1_000 * guessedShare) / (await warmUp(bench, plan, run));
  const trials: CallTrial[] = [];
  const attempt = async (perSecond: number): Promise<CallTrial> => {
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
  const found = await findCapacity({ ...plan, guess, step: 5 }, async (perSecond) => {
    const first = await attempt(perSecond);
    return first.holds || first.share > FULL_SHARE ? first : attempt(perSecond);
  });
  return { ...found, trials };
}

/** Offers calls until they get no cheaper. @returns what one takes of the processor then, milliseconds */
async function warmUp(bench: Bench, plan: CallPlan, run: RunCalls): Promise<number> {
  let [least, settled] = [Infinity, 0];
  for (let window = 1; ; window++) {
    const { cpu, outcome } = await run(warmPerSecond, plan.warmSeconds);
    const each = cpuPerCall(cpu, outcome.good);
    bench.tell(`  calls: warm-up ${window}: ${each.toFixed(2)} ms a call (${splitCpu(cpu, outcome.good)})`);
    settled = each > hardlyLess * least ? settled + 1 : 0;
    least = Math.min(least, each);
    if (window >= plan.mostWarmWindows || settled === settledWindows) return least;
  }
}

function whyNot(window: CallWindow): string | undefined {
  const { heard } = window.outcome;
  if (heard.lost > 0) return `${heard.lost} packets lost`;
  return (
    whyCallsFail(window) ??
    (heard.late.p99 > MOST_LATE_MS ? `audio p99 ${heard.late.p99.toFixed(1)} ms late` : undefined)
  );
}

/** Why calls fail, without regard to their audio; undefined: none does. */
export function whyCallsFail({ outcome }: CallWindow): string | undefined {
  const { placed, good, failures, answerMs } = outcome;
  const causes = Object.entries(failures).map(([what, count]) => `${what}: ${count}`);
  if (good < placed) return `${placed - good} of ${placed} failed (${causes.join(", ")})`;
  const p99 = percentile(answerMs, 0.99);
  return p99 > SLOW_ANSWER_MS ? `answer p99 ${Math.round(p99)} ms` : undefined;
}

/** What a call takes of the server's processor, functions included, milliseconds. */
export function cpuPerCall({ processMs, childrenMs }: CpuUse, calls: number): number {
  return (processMs + (childrenMs ?? 0)) / calls;
}

/** The same by threads, in words. */
export function splitCpu({ processMs, mainThreadMs, childrenMs }: CpuUse, calls: number): string {
  if (mainThreadMs === undefined) return "";
  const each = (ms: number) => (ms / calls).toFixed(2);
  const functions = childrenMs === undefined ? "" : `, functions besides ${each(childrenMs)}`;
  return `main thread ${each(mainThreadMs)}, other threads ${each(processMs - mainThreadMs)}${functions}`;
}

function wordsOf({ perSecond, outcome, cpu, why }: CallTrial): string {
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
