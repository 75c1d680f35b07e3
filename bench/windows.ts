import { readFileSync } from "node:fs";

/** More than this share of the processors' time taken by the hypervisor spoils what was measured meanwhile. */
export const MOST_STOLEN = 0.01;
/** So often is a window measured again before it is kept as it is. */
const mostTries = 4;

/** Time that the processors spent so far, in ticks of the kernel. */
export interface ProcessorTimes {
  readonly stolen: number;
  readonly idle: number;
  /** In interrupts, as for packets on their way: whoever sent them, the kernel counts it for no process. */
  readonly interrupts: number;
  readonly total: number;
}

/** Windows that were measured so far. */
export interface WindowCounts {
  readonly measured: number;
  /** Measured again, since the hypervisor took its share. */
  readonly thrownAway: number;
  /** Kept although it did, every time. */
  readonly keptStolen: number;
  /** The greatest share that the hypervisor took of a window that was kept. */
  readonly mostStolen: number;
}

/** Measures in windows in which the hypervisor leaves the machine alone. */
export interface Windows {
  /** Runs `measure` until less than 1 % of the time was stolen meanwhile, a few times at most; gives what it gave last. */
  calm<Result>(measure: () => Promise<Result>): Promise<Result>;
  counts(): WindowCounts;
}

/** @param readTimes undefined where the system does not tell: then every window is kept */
export function createWindows(readTimes: () => ProcessorTimes | undefined = readProcessorTimes): Windows {
  const counts = { measured: 0, thrownAway: 0, keptStolen: 0, mostStolen: 0 };
  return {
    async calm(measure) {
      for (let tries = 1; ; tries++) {
        const before = readTimes();
        const result = await measure();
        const stolen = stolenBetween(before, readTimes());
        counts.measured++;
        const isStolen = stolen > MOST_STOLEN;
        if (isStolen && tries < mostTries) {
          counts.thrownAway++;
          continue;
        }
        if (isStolen) counts.keptStolen++;
        counts.mostStolen = Math.max(counts.mostStolen, stolen);
        return result;
      }
    },
    counts: () => ({ ...counts }),
  };
}

/** The share that the hypervisor took between two readings; 0 where it is not known. */
export function stolenBetween(before: ProcessorTimes | undefined, after: ProcessorTimes | undefined): number {
  if (before === undefined || after === undefined || after.total <= before.total) return 0;
  return (after.stolen - before.stolen) / (after.total - before.total);
}

/** Reads /proc/stat; undefined where there is none. */
export function readProcessorTimes(): ProcessorTimes | undefined {
  try {
    return timesIn(readFileSync("/proc/stat", "utf8"));
  } catch {
    return undefined;
  }
}

/** The sum of all processors in the text of /proc/stat. Guests are within user time. proc(5) */
export function timesIn(text: string): ProcessorTimes {
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, interrupts = 0, soft = 0, stolen = 0] = (
    /^cpu +(.*)$/m.exec(text)?.[1] ?? ""
  )
    .split(" ")
    .map(Number);
  const total = user + nice + system + idle + waiting + interrupts + soft + stolen;
  return { stolen, idle: idle + waiting, interrupts: interrupts + soft, total };
}
