import { readdirSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";

/** The niceness that this process was started with, even if that of the main thread was changed since. On Linux each thread has its own, so it is
 * that of another thread; elsewhere that of the process. */
export function startPriority(): number {
  const now = getPriority();
  if (process.platform !== "linux") return now;
  try {
    return Math.min(now, ...readdirSync("/proc/self/task").map(nicenessOf));
  } catch {
    return now;
  }
}

/** Field 19 of proc(5) stat; the name in parentheses may hold blanks. A thread that has just ended does not count. */
function nicenessOf(thread: string): number {
  try {
    const fields = readFileSync(`/proc/self/task/${thread}/stat`, "latin1")
      .replace(/^.*\) /s, "")
      .split(" ");
    return Number(fields[16]);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
