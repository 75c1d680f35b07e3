import { readFileSync } from "node:fs";
import type { Clock, Timer } from "../../kernel/index.ts";

/** Watches how much processor time one event takes. */
export interface GreedWatch {
  /** An event was handed over. */
  begin(): void;
  /** It was answered, or the process is gone. */
  end(): void;
}

/** An event that takes no longer is not looked at. */
export const lookAfterMs = 200;
/** More processor time than this, after that, is greed. */
export const greedyCpuMs = 100;

/** Tells once, by `onGreed`, that a process has kept a processor busy with one event. One that waits for others, or for a processor on
 * a busy machine, is not greedy.
 * @param readCpuMs processor time that the process has used; undefined where the system does not say, and then time alone decides */
export function createGreedWatch(clock: Clock, readCpuMs: () => number | undefined, onGreed: () => void): GreedWatch {
  let timer: Timer | undefined;
  let told = false;
  const look = (beforeMs: number | undefined) => {
    timer = clock.startTimer(lookAfterMs, () => {
      const nowMs = readCpuMs();
      if (nowMs === undefined || (beforeMs !== undefined && nowMs - beforeMs >= greedyCpuMs)) {
        told = true;
        onGreed();
      } else look(beforeMs ?? nowMs);
    });
  };
  return {
    begin: () => {
      timer?.cancel();
      if (!told) look(undefined);
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
