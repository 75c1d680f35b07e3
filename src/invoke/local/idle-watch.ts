import { cpus } from "node:os";
import type { Clock } from "../../kernel/index.ts";

/** A share of the time of all processors, from which on one is to spare. */
const idleFrom = 0.2;
/** A longer time says nothing of now. */
const longestMs = 500;

/** Makes a look at whether the machine had a processor to spare since the last look, a moment ago; the first one, and one after a long time,
 * says no.
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
