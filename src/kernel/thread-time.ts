import { readFileSync, readlinkSync } from "node:fs";

/** Processor time that the main thread used since its start, milliseconds. Where the system has no figure per thread, that of the whole process,
 * which is at least as large. */
export function mainThreadMs(): number {
  return readScheduler(`/proc/self/task/${process.pid}/schedstat`) ?? processMs();
}

/** Processor time that the calling thread used since its start, milliseconds; undefined where the system does not tell. */
export function thisThreadMs(): number | undefined {
  return readScheduler("/proc/thread-self/schedstat");
}

/** The calling thread as the system knows it, gettid(2); undefined where there is no /proc. */
export function thisThreadId(): number | undefined {
  try {
    return Number(readlinkSync("/proc/thread-self").split("/").at(-1));
  } catch {
    return undefined;
  }
}

/** The first number: time on a processor, nanoseconds. */
function readScheduler(path: string): number | undefined {
  try {
    return Number(readFileSync(path, "latin1").split(" ")[0]) / 1e6;
  } catch {
    return undefined;
  }
}

function processMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
