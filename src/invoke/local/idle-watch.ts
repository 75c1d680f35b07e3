import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import type { Clock } from "../../kernel/index.ts";

/** Idle share of all processors from which on one counts as free. */
const idleFrom = 0.2;
/** A measurement over a longer time says nothing of the present load. */
const longestMs = 500;

/** Makes a function that says whether a processor was free since its last call; the first call, and one after a long time, says no.
 * @param readTimes milliseconds that the processors together were idle, and in all, since the system's start; by default of those that this process may use */
export function createIdleWatch(clock: Clock, readTimes: () => ProcessorTimes = timesOfAllowed()): () => boolean {
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

/** Another processor that is idle helps nobody who is bound to this one. */
function timesOfAllowed(): () => ProcessorTimes {
  const allowed = allowedProcessors();
  return () => {
    const own = cpus().filter((_, index) => allowed === undefined || allowed.has(index));
    return own.reduce(
      ({ idleMs, allMs }, { times: { user, nice, sys, idle, irq } }) => ({
        idleMs: idleMs + idle,
        allMs: allMs + user + nice + sys + idle + irq,
      }),
      { idleMs: 0, allMs: 0 },
    );
  };
}

/** undefined: the system does not tell. Source: proc(5), status */
function allowedProcessors(): ReadonlySet<number> | undefined {
  try {
    const [, list] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync("/proc/self/status", "latin1")) ?? [];
    return list === undefined ? undefined : processorsOf(list);
  } catch {
    return undefined;
  }
}

/** The numbers in a list as the system writes it, "0-2,5". Source: cpuset(7), list format */
export function processorsOf(list: string): ReadonlySet<number> {
  const numbers = list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  return new Set(numbers);
}
