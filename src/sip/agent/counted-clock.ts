import type { Clock, Timer } from "../../kernel/index.ts";

/** A clock that knows how many of its timers are pending and can drop them all. */
export interface CountedClock extends Clock {
  pending(): number;
  cancelAll(): void;
}

/** Wraps a clock. Timers of one delay are due in the order in which they started, so that one of the clock's own runs for all of them: each request that was answered waits
 * for half a minute, and those of some thousand a second would be most of the heap. */
export function createCountedClock(clock: Clock): CountedClock {
  return new QueuingClock(clock);
}

class QueuingClock implements CountedClock {
  readonly #clock: Clock;
  readonly #queues = new Map<number, TimerQueue>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  startTimer(delayMs: number, callback: () => void): Timer {
    const known = this.#queues.get(delayMs);
    if (known !== undefined) return known.add(callback);
    const queue = new TimerQueue(this.#clock, delayMs, () => this.#queues.delete(delayMs));
    this.#queues.set(delayMs, queue);
    return queue.add(callback);
  }

  pending(): number {
    let count = 0;
    for (const queue of this.#queues.values()) count += queue.size;
    return count;
  }

  cancelAll(): void {
    for (const queue of [...this.#queues.values()]) queue.cancelAll();
  }
}

/** Node counts from the beginning of a turn of its loop, and in whole milliseconds. */
const earlyMs = 1;

/** Pending timers of one delay, a list in the order in which they are due. Where the first is cancelled the clock's timer runs on, and then for the one that is first by then. */
class TimerQueue {
  size = 0;
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #onEmpty: () => void;
  #first: QueuedTimer | undefined;
  #last: QueuedTimer | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, delayMs: number, onEmpty: () => void) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.#onEmpty = onEmpty;
  }

  add(callback: () => void): Timer {
    const added = new QueuedTimer(this, callback, Math.ceil(this.#clock.monotonicMs()) + this.#delayMs, this.#last);
    if (this.#last === undefined) this.#first = added;
    else this.#last.next = added;
    this.#last = added;
    this.size++;
    this.#timer ??= this.#clock.startTimer(this.#delayMs, () => this.#fire());
    return added;
  }

  /** Takes one out that is in it. */
  remove(gone: QueuedTimer): void {
    const { previous, next } = gone;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    this.size--;
    if (this.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#onEmpty();
  }

  cancelAll(): void {
    while (this.#first !== undefined) this.#first.cancel();
  }

  /** Whatever a callback throws, the others are called. */
  #fire(): void {
    this.#timer = undefined;
    const untilMs = this.#clock.monotonicMs() + earlyMs;
    try {
      for (let due = this.#first; due !== undefined && due.dueMs < untilMs; due = this.#first) due.fire();
    } finally {
      const restMs = (this.#first?.dueMs ?? 0) - this.#clock.monotonicMs();
      if (this.#first !== undefined) this.#timer ??= this.#clock.startTimer(Math.max(0, restMs), () => this.#fire());
    }
  }
}

class QueuedTimer implements Timer {
  readonly dueMs: number;
  previous: QueuedTimer | undefined;
  next: QueuedTimer | undefined = undefined;
  private queue: TimerQueue | undefined;
  private readonly callback: () => void;

  constructor(queue: TimerQueue, callback: () => void, dueMs: number, previous: QueuedTimer | undefined) {
    this.queue = queue;
    this.callback = callback;
    this.dueMs = dueMs;
    this.previous = previous;
  }

  cancel(): void {
    const { queue } = this;
    if (queue === undefined) return;
    this.queue = undefined;
    queue.remove(this);
    // One that somebody still holds must not hold the others.
    this.previous = this.next = undefined;
  }

  fire(): void {
    this.cancel();
    this.callback();
  }
}
