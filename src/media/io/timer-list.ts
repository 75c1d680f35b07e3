import type { Clock } from "../../kernel/index.ts";
import type { Alarm, AlarmClock } from "./alarm.ts";

/** The timers of a loop that runs them itself. There are few at any time. */
export interface TimerList {
  /** Time as that of `base`; its timers are those of the list. */
  readonly clock: AlarmClock;
  /** When the next is due, on the monotonic clock; Infinity when there is none. */
  dueMs(): number;
  /** Runs those that are due, and none that they start. @returns whether there was one */
  run(nowMs: number): boolean;
  size(): number;
}

/** Makes an empty list. @param onStart is told of each timer */
export function createTimerList(base: Clock, onStart: () => void): TimerList {
  const pending: ListedAlarm[] = [];
  const list = { base, pending, onStart, started: 0 };
  const createAlarm = (callback: () => void) => new ListedAlarm(list, callback);
  /** The first of those that were started before the timer of that number. */
  const firstBefore = (number: number) => {
    let first: ListedAlarm | undefined;
    for (const timer of pending) {
      if (timer.number < number && (first === undefined || timer.goesBefore(first))) first = timer;
    }
    return first;
  };
  return {
    clock: {
      now: () => base.now(),
      monotonicMs: () => base.monotonicMs(),
      startTimer(delayMs, callback) {
        const alarm = createAlarm(callback);
        alarm.set(delayMs);
        return alarm;
      },
      createAlarm,
    },
    dueMs: () => firstBefore(Infinity)?.dueMs ?? Infinity,
    run(nowMs) {
      const before = list.started;
      let hasRun = false;
      for (let timer = firstBefore(before); timer !== undefined && timer.dueMs <= nowMs; timer = firstBefore(before)) {
        timer.cancel();
        timer.callback();
        hasRun = true;
      }
      return hasRun;
    },
    size: () => pending.length,
  };
}

interface AlarmList {
  readonly base: Clock;
  readonly pending: ListedAlarm[];
  readonly onStart: () => void;
  started: number;
}

class ListedAlarm implements Alarm {
  readonly callback: () => void;
  /** Counts up over all of the list, with each setting. */
  number = 0;
  dueMs = 0;
  readonly #list: AlarmList;
  /** In the list; -1: it is not pending. */
  #place = -1;

  constructor(list: AlarmList, callback: () => void) {
    this.#list = list;
    this.callback = callback;
  }

  set(delayMs: number): void {
    const { base, pending, onStart } = this.#list;
    this.number = this.#list.started++;
    this.dueMs = base.monotonicMs() + delayMs;
    if (this.#place < 0) this.#place = pending.push(this) - 1;
    onStart();
  }

  /** The last of the list takes its place: to cut a piece out would make an object of it. */
  cancel(): void {
    if (this.#place < 0) return;
    const { pending } = this.#list;
    const last = pending.pop();
    if (last !== undefined && last !== this) {
      pending[this.#place] = last;
      last.#place = this.#place;
    }
    this.#place = -1;
  }

  goesBefore(other: ListedAlarm): boolean {
    return this.dueMs < other.dueMs || (this.dueMs === other.dueMs && this.number < other.number);
  }
}
