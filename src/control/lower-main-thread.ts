import { getPriority, setPriority } from "node:os";
import { startPriority } from "../kernel/index.ts";

/** So much less than the media workers' priority is that of the main thread, in steps of nice(1). */
const stepsBelow = 5;
const lowest = 19;

/** Lets media workers that run already go before the main thread: signalling may wait a few milliseconds, audio may not. Threads
 * that the main thread starts later inherit the lower priority. Linux only, where priorities are those of threads; elsewhere, and where it
 * is not allowed, it does nothing. */
export function lowerMainThread(): void {
  if (process.platform !== "linux") return;
  try {
    const wanted = Math.min(lowest, startPriority() + stepsBelow);
    if (getPriority(process.pid) < wanted) setPriority(process.pid, wanted);
  } catch {
    return;
  }
}
