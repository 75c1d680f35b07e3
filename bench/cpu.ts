import { readFileSync, readdirSync } from "node:fs";

/** Processor time used so far, milliseconds. */
export interface CpuUse {
  /** Of the process, all threads. */
  readonly processMs: number;
  /** Of its main thread alone; undefined where the system does not tell. */
  readonly mainThreadMs: number | undefined;
  /** Of its child processes; undefined where the system does not tell. */
  readonly childrenMs: number | undefined;
  readonly atMs: number;
}

/** The unit of /proc times on every Linux that Node runs on. */
const clockTickMs = 10;

/** Reads the use of this process. */
export function readCpu(): CpuUse {
  const { user, system } = process.cpuUsage();
  return {
    processMs: (user + system) / 1_000,
    mainThreadMs: statMs(`/proc/${process.pid}/task/${process.pid}/stat`),
    childrenMs: childrenMs("self"),
    atMs: performance.now(),
  };
}

/** The use between two readings. */
export function cpuBetween(before: CpuUse, after: CpuUse): CpuUse {
  const less = (a: number | undefined, b: number | undefined) =>
    a === undefined || b === undefined ? undefined : a - b;
  return {
    processMs: after.processMs - before.processMs,
    mainThreadMs: less(after.mainThreadMs, before.mainThreadMs),
    childrenMs: less(after.childrenMs, before.childrenMs),
    atMs: after.atMs - before.atMs,
  };
}

/** Of the processes that a process has started and that are there; undefined where the system does not tell. */
export function childrenMs(processId: number | "self"): number | undefined {
  return childrenOf(processId)?.reduce((sum, pid) => sum + (statMs(`/proc/${pid}/stat`) ?? 0), 0);
}

function childrenOf(processId: number | "self"): number[] | undefined {
  try {
    return readdirSync(`/proc/${processId}/task`).flatMap((task) =>
      readFileSync(`/proc/${processId}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return undefined;
  }
}

/** User and system time of a stat file of proc(5), its fields 14 and 15; undefined where there is none. */
export function statMs(path: string): number | undefined {
  try {
    const fields = readFileSync(path, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) * clockTickMs;
  } catch {
    return undefined;
  }
}
