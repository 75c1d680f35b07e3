import type { Clock, Timer } from "../../kernel/index.ts";

/** Spaces out the starts of a process that keeps failing, so that a crash loop burns no processor time. */
export interface BackOff {
  /** A process failed. After the first failure in a row nothing waits; then 100 ms, twice as long each time, at most 2 s. */
  failed(): void;
  /** Things went well, or the code changed: no waiting. */
  reset(): void;
  waiting(): boolean;
  /** Drops the pending timer. */
  close(): void;
}

const firstDelayMs = 100;
const longestDelayMs = 2_000;

/** Makes a back-off that is not waiting. `onOver` is told when a wait ends by time. */
export function createBackOff(clock: Clock, onOver: () => void): BackOff {
  let failures = 0;
  let timer: Timer | undefined;
  const stop = (): void => {
    timer?.cancel();
    timer = undefined;
  };

  return {
    failed() {
      stop();
      failures++;
      if (failures === 1) return;
      const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(failures - 2, 10));
      timer = clock.startTimer(delayMs, () => {
        timer = undefined;
        onOver();
      });
    },
    reset() {
      failures = 0;
      stop();
    },
    waiting: () => timer !== undefined,
    close: stop,
  };
}
