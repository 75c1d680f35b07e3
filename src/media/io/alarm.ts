import type { Clock } from "../../kernel/index.ts";

/** A timer that is set again and again. */
export interface Alarm {
  /** Calls back once after this time, and not when it was to before. */
  set(delayMs: number): void;
  cancel(): void;
}

/** A clock that makes nothing anew when one of its alarms is set. */
export interface AlarmClock extends Clock {
  createAlarm(callback: () => void): Alarm;
}

/** Makes an alarm that is not set; with a clock that has none, each setting is a timer. */
export function createAlarm(clock: Clock | AlarmClock, callback: () => void): Alarm {
  if ("createAlarm" in clock) return clock.createAlarm(callback);
  let timer: ReturnType<Clock["startTimer"]> | undefined;
  return {
    set(delayMs) {
      timer?.cancel();
      timer = clock.startTimer(delayMs, callback);
    },
    cancel: () => timer?.cancel(),
  };
}
