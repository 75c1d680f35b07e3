import type { Clock, Timer } from "../../kernel/index.ts";

/** The timers of a loop that runs them itself. There are few at any time. */
export interface TimerList {
  /** Time as that of `base`; its timers are those of the list. */
  readonly clock: Clock;
  /** When the next is due, on the monotonic clock; Infinity when there is none. */
  dueMs(): number;
  /** Runs those that are due, and none that they start. @returns whether there was one */
  run(nowMs: number): boolean;
  size(): number;
}

interface Pending {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** Makes an empty list. @param onStart is told of each timer */
export function createTimerList(base: Clock, onStart: () => void): TimerList {
  const pending = new Set<Pending>();
  const dueMs = () => {
    let first = Infinity;
    for (const timer of pending) if (timer.dueMs < first) first = timer.dueMs;
    return first;
  };
  return {
    clock: {
      now: () => base.now(),
      monotonicMs: () => base.monotonicMs(),
      startTimer(delayMs, callback): Timer {
        const timer = { dueMs: base.monotonicMs() + delayMs, callback };
        pending.add(timer);
        onStart();
        return { cancel: () => void pending.delete(timer) };
      },
    },
    dueMs,
    run(nowMs) {
      if (dueMs() > nowMs) return false;
      const due = [...pending].filter((timer) => timer.dueMs <= nowMs).sort((one, other) => one.dueMs - other.dueMs);
      // One of them may cancel another.
      for (const timer of due) if (pending.delete(timer)) timer.callback();
      return true;
    },
    size: () => pending.size,
  };
}
