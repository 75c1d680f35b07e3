import type { Timer } from "../../src/kernel/index.ts";
import type { Alarm, AlarmClock } from "../../src/media/io/alarm.ts";

/** A clock that is set by hand, and rings the alarms that are due. Makes nothing itself but its time. */
export class HandClock implements AlarmClock {
  /** Kept as an object, like that of the thread's loop: not made anew for each who asks. */
  #now: number | undefined;
  readonly #alarms: HandAlarm[] = [];

  now(): number {
    return 1_700_000_000_000 + this.monotonicMs();
  }

  monotonicMs(): number {
    return this.#now ?? 0;
  }

  startTimer(delayMs: number, callback: () => void): Timer {
    const alarm = this.createAlarm(callback);
    alarm.set(delayMs);
    return alarm;
  }

  createAlarm(callback: () => void): Alarm {
    const alarm = new HandAlarm(this, callback);
    this.#alarms.push(alarm);
    return alarm;
  }

  pass(milliseconds: number): void {
    this.#now = this.monotonicMs() + milliseconds;
    for (const alarm of this.#alarms) alarm.ringIfDue();
  }
}

class HandAlarm implements Alarm {
  readonly #clock: HandClock;
  readonly #callback: () => void;
  #dueMs = Infinity;

  constructor(clock: HandClock, callback: () => void) {
    this.#clock = clock;
    this.#callback = callback;
  }

  set(delayMs: number): void {
    this.#dueMs = this.#clock.monotonicMs() + delayMs;
  }

  cancel(): void {
    this.#dueMs = Infinity;
  }

  ringIfDue(): void {
    if (this.#dueMs > this.#clock.monotonicMs()) return;
    this.cancel();
    this.#callback();
  }
}
