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
  /** Counts up. */
  readonly number: number;
  readonly dueMs: number;
  readonly callback: () => void;
}

/** Makes an empty list. @param onStart is told of each timer */
export function createTimerList(base: Clock, onStart: () => void): TimerList {
  const pending: Pending[] = [];
  let started = 0;
  /** The first of those that were started before `number`. */
  const firstBefore = (number: number) => {
    let first: Pending | undefined;
    for (const timer of pending) {
      if (timer.number < number && (first === undefined || timer.dueMs < first.dueMs)) first = timer;
    }
    return first;
  };
  const take = (timer: Pending) => {
    const place = pending.indexOf(timer);
    if (place >= 0) pending.splice(place, 1);
  };
  return {
    clock: {
      now: () => base.now(),
      monotonicMs: () => base.monotonicMs(),
      startTimer(delayMs, callback): Timer {
        const timer = { number: started++, dueMs: base.monotonicMs() + delayMs, callback };
        pending.push(timer);
        onStart();
        return { cancel: () => take(timer) };
      },
    },
    dueMs: () => firstBefore(Infinity)?.dueMs ?? Infinity,
    run(nowMs) {
      const before = started;
      let hasRun = false;
      for (let timer = firstBefore(before); timer !== undefined && timer.dueMs <= nowMs; timer = firstBefore(before)) {
        take(timer);
        timer.callback();
        hasRun = true;
      }
      return hasRun;
    },
    size: () => pending.length,
  };
}
