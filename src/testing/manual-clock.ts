import type { Clock, Timer } from "../kernel/index.ts";

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Moves time forward and runs the timers that fall due, in order of due time, then of start. */
  advance(ms: number): void;
  /** Moves time to the timer that falls due next and runs it, and no other of the same time. False when none is pending. */
  runNext(): boolean;
  /** Number of pending timers. */
  pendingTimers(): number;
}

/** Makes a manual clock that shows `startAt` (epoch milliseconds, default 1,700,000,000,000). */
export function createManualClock(startAt = 1_700_000_000_000): ManualClock {
  let elapsedMs = 0;
  let nextOrder = 0;
  const pending = new Set<{ dueMs: number; order: number; callback: () => void }>();

  const earliestUntil = (limitMs: number) => {
    let earliest: { dueMs: number; order: number; callback: () => void } | undefined;
    for (const entry of pending) {
      if (entry.dueMs > limitMs) continue;
      if (
        earliest === undefined ||
        entry.dueMs < earliest.dueMs ||
        (entry.dueMs === earliest.dueMs && entry.order < earliest.order)
      ) {
        earliest = entry;
      }
    }
    return earliest;
  };

  const run = (due: { dueMs: number; order: number; callback: () => void }) => {
    pending.delete(due);
    elapsedMs = due.dueMs;
    due.callback();
  };

  return {
    now: () => startAt + elapsedMs,
    monotonicMs: () => elapsedMs,
    startTimer(delayMs, callback): Timer {
      const entry = { dueMs: elapsedMs + Math.max(0, delayMs), order: nextOrder++, callback };
      pending.add(entry);
      return { cancel: () => void pending.delete(entry) };
    },
    advance(ms) {
      const limitMs = elapsedMs + ms;
      for (let due = earliestUntil(limitMs); due !== undefined; due = earliestUntil(limitMs)) run(due);
      elapsedMs = limitMs;
    },
    runNext() {
      const due = earliestUntil(Infinity);
      if (due !== undefined) run(due);
      return due !== undefined;
    },
    pendingTimers: () => pending.size,
  };
}
