import { cpuBetween, type CpuUse } from "./cpu.ts";
import { pause } from "./pause.ts";
import type { Peer } from "./peer.ts";
import type { CallBatch, CallOutcome } from "./processes/call-load.ts";
import type { Observed } from "./processes/server-words.ts";

/** A batch of calls from its first INVITE to its last BYE, as both sides saw it. */
export interface CallWindow {
  readonly perSecond: number;
  readonly outcome: CallOutcome;
  readonly cpu: CpuUse;
  readonly observed: Observed;
}

/** After the last call is placed, for all to end. */
const patienceMs = 15_000;
const lookMs = 100;

/** Offers the calls, and waits until all have ended. */
export async function runCalls(server: Peer, load: Peer, batch: CallBatch): Promise<CallWindow> {
  await server.ask("takeObserved");
  const before = await server.ask<CpuUse>("cpu");
  await load.ask("begin", batch);
  await untilOver(load, (1_000 * batch.count) / batch.perSecond + patienceMs);
  const cpu = cpuBetween(before, await server.ask<CpuUse>("cpu"));
  const outcome = await load.ask<CallOutcome>("outcome");
  return { perSecond: batch.perSecond, outcome, cpu, observed: await server.ask<Observed>("takeObserved") };
}

/** Waits until every call of the batch has ended, or `limitMs`. */
export async function untilOver(load: Peer, limitMs: number): Promise<void> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < limitMs && !(await load.ask<boolean>("isOver"))) await pause(lookMs);
}
