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
    startTimer: (delayMs, callback) => new CountedTimer(clock, pending, delayMs, callback),
    pending: () => pending.size,
    cancelAll() {
      for (const timer of [...pending]) timer.cancel();
    },
  };
}

/** A class, since each message starts timers, of which those that wait for retransmissions are pending for long. */
class CountedTimer implements Timer {
  readonly #pending: Set<Timer>;
  readonly #inner: Timer;

  constructor(clock: Clock, pending: Set<Timer>, delayMs: number, callback: () => void) {
    this.#pending = pending;
    this.#inner = clock.startTimer(delayMs, () => {
      pending.delete(this);
      callback();
    });
    pending.add(this);
  }

  cancel(): void {
    if (this.#pending.delete(this)) this.#inner.cancel();
  }
}
