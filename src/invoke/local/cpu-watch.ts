import { readFileSync } from "node:fs";
import type { Clock, Timer } from "../../kernel/index.ts";

/** Watches how much processor time one piece of work takes: an event, or loading. */
export interface CpuWatch {
  /** It begins. More than `allowedMs` of processor time, after the first `lookAfterMs`, is too much. */
  begin(allowedMs: number): void;
  /** It is done, or the process is gone. */
  end(): void;
}

/** Shorter work is not measured. */
export const lookAfterMs = 200;
/** Processor time that an event may take after that. */
export const allowedEventCpuMs = 100;
/** Processor time that loading may take: compilers and large packages take a second or two, and a process cannot get its priority back. */
export const allowedLoadCpuMs = 3_000;

/** Reports once, by `onExceeded`, that a process has kept a processor busy with one piece of work. One that waits for others, or for a processor on
 * a busy machine, has not.
 * @param readCpuMs processor time that the process has used; undefined where the system does not say, and then time alone decides */
export function createCpuWatch(clock: Clock, readCpuMs: () => number | undefined, onExceeded: () => void): CpuWatch {
  let timer: Timer | undefined;
  let isReported = false;
  const look = (allowedMs: number, sinceMs: number, beforeMs: number | undefined) => {
    timer = clock.startTimer(lookAfterMs, () => {
      const nowMs = readCpuMs();
      // Without a figure, elapsed time is used.
      const usedMs = nowMs === undefined ? clock.monotonicMs() - sinceMs : nowMs - (beforeMs ?? nowMs);
      if (usedMs >= allowedMs) {
        isReported = true;
        onExceeded();
      } else look(allowedMs, sinceMs, beforeMs ?? nowMs);
    });
  };
  return {
    begin: (allowedMs) => {
      timer?.cancel();
      if (!isReported) look(allowedMs, clock.monotonicMs(), undefined);
    },
    end: () => timer?.cancel(),
  };
}

/** Milliseconds of a tick of the processor times in /proc, on every Linux that Node runs on. */
const tickMs = 10;

/** Processor time that a process has used, milliseconds; undefined where there is no /proc. Source: proc(5), utime and stime. */
export function readCpuMs(pid: number | undefined): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is a name in brackets, which may hold anything.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return undefined;
  }
}
