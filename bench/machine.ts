import { spawnSync } from "node:child_process";
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

/** What the hypervisor took since `before`, as a share of all processors' time. */
export function stolenSince(before: ProcessorTimes | undefined): number {
  return stolenBetween(before, readProcessorTimes());
}
