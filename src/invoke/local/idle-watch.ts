import { cpus } from "node:os";
import type { Clock } from "../../kernel/index.ts";

/** Idle share of all processors from which on one counts as free. */
const idleFrom = 0.2;
/** A measurement over a longer time says nothing of the present load. */
const longestMs = 500;

/** Makes a function that says whether a processor was free since its last call; the first call, and one after a long time, says no.
 * @param readTimes milliseconds that all processors together were idle, and in all, since the system's start */
export function createIdleWatch(clock: Clock, readTimes: () => ProcessorTimes = readProcessorTimes): () => boolean {
  let last = { atMs: Number.NEGATIVE_INFINITY, times: { idleMs: 0, allMs: 0 } };
  return () => {
    const [before, atMs, times] = [last, clock.monotonicMs(), readTimes()];
    last = { atMs, times };
    const allMs = times.allMs - before.times.allMs;
    return atMs - before.atMs <= longestMs && times.idleMs - before.times.idleMs >= idleFrom * allMs;
  };
}

interface ProcessorTimes {
  readonly idleMs: number;
  readonly allMs: number;
}

function readProcessorTimes(): ProcessorTimes {
  const all = cpus().map(({ times }) => times);
  const idleMs = all.reduce((sum, { idle }) => sum + idle, 0);
  return { idleMs, allMs: all.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, idleMs) };
}
