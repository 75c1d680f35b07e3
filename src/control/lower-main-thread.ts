import { readdirSync, readFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";

/** So much less than the media workers' priority is that of the main thread, in steps of nice(1). */
const stepsBelow = 10;

/** Lets media workers that run already go before the main thread: signalling may wait a few milliseconds, audio may not. Threads and processes
 * that the main thread starts later inherit the lower priority. Linux only, where priorities are those of threads; elsewhere, and where it
 * is not allowed, it does nothing. @returns the niceness of the main thread */
export function lowerMainThread(): number {
  if (process.platform !== "linux") return getPriority();
  try {
    const now = getPriority(process.pid);
    // Other threads of the runtime keep the niceness that the process was started with.
    const started = Math.min(now, ...threads().map(nicenessOf));
    const wanted = Math.min(19, started + stepsBelow);
    if (now < wanted) setPriority(process.pid, wanted);
    return Math.max(now, wanted);
  } catch {
    return getPriority();
  }
}

function threads(): string[] {
  return readdirSync("/proc/self/task");
}

/** Field 19 of proc(5) stat; the name in parentheses may hold blanks. */
function nicenessOf(thread: string): number {
  const fields = readFileSync(`/proc/self/task/${thread}/stat`, "latin1")
    .replace(/^.*\) /s, "")
    .split(" ");
  return Number(fields[16]);
}
