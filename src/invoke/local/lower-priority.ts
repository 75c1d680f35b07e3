import { readFileSync, writeFile } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { startPriority } from "../../kernel/index.ts";

/** How far below what the server was started with, in steps of nice(1). */
export const stepsBelow = {
  /** Behind media, beside signalling: where both want a processor, a process of a function gets about a quarter. Each is a session, so that
   * several together would leave the server, which is one, little. */
  waiting: 5,
  /** About a tenth. */
  overusing: 10,
} as const;
const lowest = 19;
/** The system takes such a change of a session once in 100 ms. */
const retryMs = 150;
const mostTries = 5;

/** Lets a process, and all that it starts, run only where the server leaves room. On Linux a process group of its own
 * is a session of its own, which may share processors evenly with all others whatever its processes' priority: that is lowered too.
 * A system that refuses leaves the process as it is. */
export function lowerPriority(pid: number, steps: number): void {
  try {
    const nice = below(startPriority(), steps);
    // It may have taken too much before.
    if (getPriority(pid) >= nice) return;
    setPriority(pid, nice);
    if (process.platform === "linux") lowerSession(pid, below(sessionNiceness(ownSession()), steps), mostTries);
  } catch {
    return;
  }
}

const below = (niceness: number, steps: number): number => Math.min(lowest, niceness + steps);

/** The niceness in a text of proc(5) autogroup, which has nothing to do with that of processes; 0 is what a session begins with. */
export function sessionNiceness(text: string): number {
  return Number(/ nice (-?\d{1,2})\s*$/.exec(text)?.[1] ?? 0);
}

function ownSession(): string {
  try {
    return readFileSync("/proc/self/autogroup", "latin1");
  } catch {
    return "";
  }
}

function lowerSession(pid: number, nice: number, triesLeft: number): void {
  writeFile(`/proc/${pid}/autogroup`, String(nice), (error) => {
    if (error?.code !== "EAGAIN" || triesLeft <= 1) return;
    setTimeout(() => lowerSession(pid, nice, triesLeft - 1), retryMs).unref();
  });
}
