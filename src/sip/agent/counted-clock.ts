import type { Clock, Timer } from "../../kernel/index.ts";

/** A clock that knows how many of its timers are pending and can drop them all. */
export interface CountedClock extends Clock {
  pending(): number;
  cancelAll(): void;
}

/** Wraps a clock. */
export function createCountedClock(clock: Clock): CountedClock {
  const pending = new Set<Timer>();
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    startTimer(delayMs, callback) {
      const inner = clock.startTimer(delayMs, () => {
        pending.delete(timer);
        callback();
      });
      const timer: Timer = {
        cancel() {
          if (pending.delete(timer)) inner.cancel();
        },
      };
      pending.add(timer);
      return timer;
    },
    pending: () => pending.size,
    cancelAll() {
      for (const timer of [...pending]) timer.cancel();
    },
  };
}
