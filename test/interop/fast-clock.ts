import type { Clock } from "../../src/kernel/index.ts";

/** A clock that can be told to run faster than the machine's. */
export interface FastClock extends Clock {
  /** From now on `factor` times as fast; pending timers too. */
  run(factor: number): void;
}

/** A clock at the machine's speed, until told otherwise. It lets a test of real programs see the end of a SIP timer of half a minute. */
export function createFastClock(): FastClock {
  const pending = new Set<() => void>();
  let factor = 1;
  let changedAtMs = performance.now();
  let passedMs = 0;
  const startedAt = Date.now();

  const monotonicMs = () => passedMs + (performance.now() - changedAtMs) * factor;

  return {
    monotonicMs,
    now: () => Math.round(startedAt + monotonicMs()),
    startTimer: (delayMs, callback) => {
      const dueMs = monotonicMs() + delayMs;
      let handle: NodeJS.Timeout;
      const arm = () => {
        clearTimeout(handle);
        handle = setTimeout(
          () => {
            pending.delete(arm);
            callback();
          },
          Math.max(0, (dueMs - monotonicMs()) / factor),
        );
        handle.unref();
      };
      pending.add(arm);
      arm();
      return {
        cancel: () => {
          clearTimeout(handle);
          pending.delete(arm);
        },
      };
    },
    run: (nextFactor) => {
      passedMs = monotonicMs();
      changedAtMs = performance.now();
      factor = nextFactor;
      for (const arm of pending) arm();
    },
  };
}
