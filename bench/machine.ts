import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { readProcessorTimes, stolenBetween, type ProcessorTimes } from "./windows.ts";

/** Where a run took place. */
export interface Machine {
  readonly model: string;
  readonly processors: number;
  readonly memoryGigabytes: number;
  readonly kernel: string;
  readonly node: string;
  /** Server on the first processor, load on the second. */
  readonly isPinned: boolean;
  /** Mean number of threads at work over the last minute, before the run began. */
  readonly loadBefore: number;
}

/** Looks at it. @param isPinned whether processes are kept on their processor */
export function describeMachine(isPinned: boolean): Machine {
  return {
    ...{ model: cpus()[0]?.model ?? "unknown", processors: cpus().length },
    ...{
      memoryGigabytes: Math.round(totalmem() / 1_073_741_824),
      kernel: `${type()} ${release()}`,
      node: process.version,
    },
    ...{ isPinned, loadBefore: loadavg()[0] ?? 0 },
  };
}

/** The machine in a line for people. */
export function machineLine(machine: Machine): string {
  const { model, processors, memoryGigabytes, kernel, node, isPinned, loadBefore } = machine;
  const pins = isPinned ? "server on processor 0, load on processor 1" : "nothing pinned";
  return `${model}, ${processors} processors, ${memoryGigabytes} GB; ${kernel}; Node ${node}; ${pins}; load before ${loadBefore.toFixed(2)}`;
}

/** Whether processes can be kept on a processor of their own. */
export function canPin(): boolean {
  return cpus().length > 1 && spawnSync("taskset", ["-c", "0", "true"]).status === 0;
}

/** Processor time that this process used with all that it started and that has ended, in ticks of the kernel; undefined where the system does not tell.
 * Fields 14 to 17 of a stat file of proc(5) */
function ownTicks(): number | undefined {
  try {
    const fields = readFileSync("/proc/self/stat", "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  } catch {
    return undefined;
  }
}

/** With more of the processors' time taken by others than this, a run shows what it measured and judges nothing. */
export const MOST_OTHERS = 0.05;

/** The ticks of the processors, and of them our own; undefined where the system does not tell. */
export interface Ticks {
  readonly times: ProcessorTimes | undefined;
  readonly own: number | undefined;
}

/** Reads them. */
export function readTicks(): Ticks {
  return { times: readProcessorTimes(), own: ownTicks() };
}

/** What other processes did besides between two readings, as a share of all processors' time; undefined where it is not known. */
export function othersBetween(before: Ticks, after: Ticks): number | undefined {
  const { times, own } = after;
  if (before.times === undefined || before.own === undefined || times === undefined || own === undefined)
    return undefined;
  const busy = (each: ProcessorTimes) => each.total - each.idle - each.stolen - each.interrupts;
  return Math.max(0, busy(times) - busy(before.times) - (own - before.own)) / (times.total - before.times.total);
}

/** What the hypervisor took since `before`, as a share of all processors' time. */
export function stolenSince(before: ProcessorTimes | undefined): number {
  return stolenBetween(before, readProcessorTimes());
}
