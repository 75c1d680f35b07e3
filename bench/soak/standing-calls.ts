import type { Bench } from "../bench.ts";
import { whyCallsFail } from "../call-search.ts";
import { untilOver, type CallWindow } from "../call-window.ts";
import { findCapacity } from "../capacity.ts";
import { cpuBetween, type CpuUse } from "../cpu.ts";
import { MOST_LATE_MS } from "../leg-search.ts";
import { pause } from "../pause.ts";
import type { Peer } from "../peer.ts";
import type { CallBatch, CallOutcome } from "../processes/call-load.ts";
import { benchNumbers, type Observed } from "../processes/server-words.ts";

/** How long a call that stays is up, milliseconds. */
export const STAY_MS = 45_000;
/** A caller that hung up is answered by then. */
export const STAY_OVER_MS = STAY_MS + 20_000;
/** How long a level is looked at once it is reached. */
const lookMs = 20_000;
/** The whole server takes more than its legs alone. */
const guessedShare = 0.6;

/** Calls that play and are spoken to, so many of them up at one time once the first end; each takes the place of one that has ended. */
export function standingCalls(port: number, legs: number, forMs: number): CallBatch {
  const perSecond = (legs * 1_000) / STAY_MS;
  const count = Math.max(1, Math.round((perSecond * forMs) / 1_000));
  return { port, number: benchNumbers.long, count, perSecond, holdMs: STAY_MS };
}

/** Finds how many calls the whole server holds that come, stay and go, its function's processes on the same processor.
 * @param mostLegs what its media alone hold
 * @returns 0: none */
export async function searchStandingCalls(
  bench: Bench,
  server: Peer,
  callers: Peer,
  port: number,
  mostLegs: number,
): Promise<number> {
  const plan = { guess: guessedShare * mostLegs, step: 20, resolution: 0.1, mostTries: 4 };
  const { load } = await findCapacity(plan, async (legs) => {
    const window = await look(server, callers, standingCalls(port, legs, STAY_MS + lookMs));
    const why = whyNot(window);
    const { processMs, childrenMs, atMs } = window.cpu;
    bench.tell(`  calls that stay: ${legs} ${why === undefined ? "hold" : `fail (${why})`}`);
    return { holds: why === undefined, share: (processMs + (childrenMs ?? 0)) / atMs };
  });
  return load;
}

/** Fills the server, and looks at it while calls come and go. */
async function look(server: Peer, callers: Peer, batch: CallBatch): Promise<CallWindow> {
  await server.ask("takeObserved");
  await callers.ask("begin", batch);
  await pause(STAY_MS);
  await callers.ask("outcome");
  const before = await server.ask<CpuUse>("cpu");
  await pause(lookMs);
  const cpu = cpuBetween(before, await server.ask<CpuUse>("cpu"));
  const { heard, answerMs } = await callers.ask<CallOutcome>("outcome");
  await untilOver(callers, STAY_OVER_MS);
  // Whether a call went well is known at its end.
  const outcome = { ...(await callers.ask<CallOutcome>("outcome")), heard, answerMs };
  return { perSecond: batch.perSecond, outcome, cpu, observed: await server.ask<Observed>("takeObserved") };
}

function whyNot(window: CallWindow): string | undefined {
  const { heard } = window.outcome;
  if (heard.lost > 0) return `${heard.lost} packets lost`;
  if (heard.late.p99 > MOST_LATE_MS) return `audio p99 ${heard.late.p99.toFixed(1)} ms late`;
  return whyCallsFail(window);
}
