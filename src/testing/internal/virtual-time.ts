import type { Clock } from "../../kernel/index.ts";
import { createManualClock } from "../manual-clock.ts";

/** Time that passes by itself, as fast as the machine can: from one timer to the next, as soon as nothing is left to do before
 * it. What happens on it is the same on a machine that is busy. */
export interface VirtualTime {
  readonly clock: Clock;
  /** Lets no time pass until `work` has settled: for what goes on in workers, processes and sockets. Files are waited for without. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Rejects when more time has passed than any test should take. Left alone, that is an unhandled rejection, which fails the test that runs. */
  readonly expired: Promise<never>;
  /** Time stands still from now on. */
  stop(): void;
}

/** Resources of files, by their names in Node. */
const fileWork = /^(FSReq|CloseReq|FileHandle)/;

/** Starts it.
 * @param limitMs so much time may pass, default half an hour */
export function startVirtualTime(limitMs = 1_800_000): VirtualTime {
  const clock = createManualClock();
  let working = 0;
  let isStopped = false;
  let wake: () => void = () => undefined;
  let expire: (error: Error) => void = () => undefined;
  const expired = new Promise<never>((_resolve, reject) => (expire = reject));

  const pass = async () => {
    while (!isStopped) {
      // Everything that was begun without a timer, and what follows from it.
      await nextTurn();
      if (process.getActiveResourcesInfo().some((name) => fileWork.test(name))) continue;
      if (working > 0 || !clock.runNext()) await new Promise<void>((resolve) => (wake = resolve));
      if (clock.monotonicMs() < limitMs) continue;
      expire(new Error(`not over after ${limitMs / 60_000} minutes of virtual time`));
      isStopped = true;
    }
  };
  void pass();

  return {
    clock: {
      now: clock.now,
      monotonicMs: clock.monotonicMs,
      startTimer: (delayMs, callback) => {
        wake();
        return clock.startTimer(delayMs, callback);
      },
    },
    during: async (work) => {
      working += 1;
      try {
        return await work;
      } finally {
        working -= 1;
        wake();
      }
    },
    expired,
    stop: () => {
      isStopped = true;
      wake();
    },
  };
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
