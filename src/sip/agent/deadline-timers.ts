import type { Clock, Timer } from "../../kernel/index.ts";
import { randomFraction } from "../random.ts";
import type { Deadlines, Moment } from "../dialog/session-state.ts";

/** The timers of one machine of `dialog/`: they run as the deadlines of its state say, also of a state that was stored. */
export class DeadlineTimers<Name extends string> {
  readonly #clock: Clock;
  readonly #onTimer: (name: Name) => void;
  /** Few, so a list is cheaper than a map. */
  #running: readonly Running<Name>[] = [];
  #followed: Deadlines<Name> | undefined;

  constructor(clock: Clock, onTimer: (name: Name) => void) {
    this.#clock = clock;
    this.#onTimer = onTimer;
  }

  /** Starts and stops timers. `atMs`: the time at which the deadlines were set; one that has passed fires at once. */
  follow(deadlines: Deadlines<Name>, atMs: number): void {
    // Most steps change none.
    if (deadlines === this.#followed) return;
    this.#followed = deadlines;
    for (const running of this.#running) {
      if (deadlines[running.name] === running.deadline) continue;
      running.timer.cancel();
      this.#forget(running.name);
    }
    for (const name of Object.keys(deadlines) as Name[]) {
      const deadline = deadlines[name];
      const isRunning = this.#running.some((running) => running.name === name);
      if (deadline !== undefined && !isRunning) this.#start(name, deadline, atMs);
    }
  }

  #start(name: Name, deadline: number, atMs: number): void {
    const timer = this.#clock.startTimer(Math.max(0, deadline - atMs), () => {
      this.#forget(name);
      this.#onTimer(name);
    });
    this.#running = [...this.#running, { name, deadline, timer }];
  }

  #forget(name: Name): void {
    this.#running = this.#running.filter((running) => running.name !== name);
  }
}

interface Running<Name> {
  readonly name: Name;
  readonly deadline: number;
  readonly timer: Timer;
}

/** The moment of a step. */
export function momentOf(clock: Clock): Moment {
  return new Now(clock.now());
}

/** A class, since an object with a getter takes a microsecond to make, and each step has one. */
class Now implements Moment {
  readonly atMs: number;

  constructor(atMs: number) {
    this.atMs = atMs;
  }

  // Few steps need chance.
  get chance(): number {
    return randomFraction();
  }
}
