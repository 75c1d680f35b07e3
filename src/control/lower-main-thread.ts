import { getPriority, setPriority } from "node:os";
import { startPriority } from "../kernel/index.ts";

/** How much lower the priority of the main thread is than that of the media workers, in steps of nice(1). */
const stepsBelow = 5;
const lowest = 19;

/** Gives the main thread a lower priority than the running media workers: signalling may wait a few milliseconds, audio may not. Threads that the
 * main thread starts later inherit the lower priority. Only on Linux, where each thread has its own priority; elsewhere, or without permission,
 * it does nothing. */
export function lowerMainThread(): void {
  if (process.platform !== "linux") return;
  try {
    const wanted = Math.min(lowest, startPriority() + stepsBelow);
    if (getPriority(process.pid) < wanted) setPriority(process.pid, wanted);
  } catch {
    return;
  }
}
