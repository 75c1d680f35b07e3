import { readFileSync, writeFile } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { startPriority } from "../../kernel/index.ts";

/** How far below what the server was started with, in steps of nice(1). */
export const stepsBelow = {
  /** Below media, beside signalling: a process of a function gets about a quarter of a contended processor. On Linux each is a scheduling session
   * of its own, so that several together would leave little to the server, which is one session. */
  waiting: 5,
  /** About a tenth. */
  overusing: 10,
} as const;
const lowest = 19;
/** The system takes such a change of a session once in 100 ms. */
const retryMs = 150;
const mostTries = 5;

/** Lowers the priority of a process and all that it starts below the server's. On Linux it is a scheduling session (autogroup) of its own, which
 * may share processors evenly whatever the priority of its processes, so that of the session is lowered too. Does nothing where the system
 * refuses. */
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

/** The niceness in a text of proc(5) autogroup, which is independent of that of processes; a session begins with 0. */
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
