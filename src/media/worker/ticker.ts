import type { Clock } from "../../kernel/index.ts";
import { createAlarm, type Alarm } from "../io/alarm.ts";

/** What is called once per packet time. */
export interface Ticking {
  /** @param missedTicks ticks since the previous call that were skipped
   * @param latenessUs how late this turn is against its time, whole microseconds: a fraction would be an object */
  tick(missedTicks: number, latenessUs: number, nowMs: number): void;
}

/** An entry on the ring, as given by `add`. */
export interface TickerEntry {
  readonly ticking: Ticking;
  home: number;
  slot: number;
  /** Turn of the latest call, or the one that the next call counts from. */
  lastTurn: number;
  /** The next call is not before this turn. */
  notBefore: number;
}

/** Calls many things once per period, spread over turns of two milliseconds: with shorter ones the thread wakes more often, and a waking costs more than
 * a packet; with longer ones the work comes in bursts. A thing whose turn came a whole period late is called once, with the number of ticks that it missed: a missed tick is
 * skipped, never made up. Contract: sip-and-media-late-packets */
export interface Ticker {
  /** Puts a thing on the least loaded turn, of equals the next one to come. */
  add(ticking: Ticking): TickerEntry;
  remove(entry: TickerEntry): void;
  /** Makes the next call before this returns, up to one period early, and the following ones in its rhythm. Does nothing for an entry that is away
   * from its home turn already, or has just returned to it. */
  hasten(entry: TickerEntry): void;
  /** Moves an entry home to a turn soon behind that of another, so that it has what the other makes while it is fresh. The next call comes that much
   * later. */
  follow(entry: TickerEntry, leader: TickerEntry): void;
  /** Returns a hastened entry to its home turn: the next call comes that much later, and no tick counts as missed. */
  goHome(entry: TickerEntry): void;
}

/** Length of one turn, milliseconds; 1 where the period has an odd number of them. */
const TURN_MS = 2;
/** A turn that is due within this time is taken at once, since timers are no finer than a millisecond. */
const EARLY_MS = 0.25;

/** How far behind its leader an entry is, turns at most. */
const MOST_BEHIND = 3;

/** Makes a ticker; it holds a timer only while something is on it. `onFault` gets what a `tick` threw. */
export function createTicker(clock: Clock, periodMs: number, onFault: (error: unknown) => void): Ticker {
  return new RingTicker(clock, periodMs, periodMs % TURN_MS === 0 ? TURN_MS : 1, onFault);
}

class RingTicker implements Ticker {
  readonly #clock: Clock;
  readonly #turnMs: number;
  readonly #turns: number;
  readonly #onFault: (error: unknown) => void;
  readonly #slots: TickerEntry[][];
  readonly #startMs: number;
  #count = 0;
  #nextTurn = 0;
  readonly #alarm: Alarm;
  #isAlarmSet = false;

  constructor(clock: Clock, periodMs: number, turnMs: number, onFault: (error: unknown) => void) {
    const turns = Math.round(periodMs / turnMs);
    this.#clock = clock;
    this.#turnMs = turnMs;
    this.#turns = turns;
    this.#onFault = onFault;
    this.#slots = Array.from({ length: turns }, () => []);
    this.#startMs = clock.monotonicMs();
    this.#alarm = createAlarm(clock, () => this.#wake());
  }

  add(ticking: Ticking): TickerEntry {
    // The next turn to run may lie in the past, when nothing is on the turns up to now.
    const first = Math.max(this.#nextTurn, this.#currentTurn() + 1);
    if (this.#count === 0) this.#nextTurn = first;
    let best = first;
    for (let turn = first; turn < first + this.#turns; turn++) {
      if (this.#slot(turn).length < this.#slot(best).length) best = turn;
    }
    const slot = best % this.#turns;
    // Nothing came before, so that its first call may be hastened.
    const entry = { ticking, home: slot, slot, lastTurn: best - this.#turns, notBefore: this.#nextTurn };
    this.#slot(slot).push(entry);
    this.#count++;
    this.#reschedule();
    return entry;
  }

  remove(entry: TickerEntry): void {
    if (!this.#leave(entry)) return;
    this.#count--;
    if (this.#count === 0) this.#reschedule();
  }

  hasten(entry: TickerEntry): void {
    if (entry.slot !== entry.home || entry.notBefore > this.#nextTurn) return;
    // Not the turn that it has just had: its way home would be no longer than a period.
    const turn = Math.max(this.#currentTurn(), entry.lastTurn + 1);
    if (turn >= entry.lastTurn + this.#turns || !this.#leave(entry)) return;
    entry.lastTurn = turn - this.#turns;
    entry.notBefore = turn + this.#turns;
    this.#enter(entry, turn % this.#turns);
    // What has just become ready is late for no turn.
    this.#call(entry, turn, 0, this.#clock.monotonicMs());
  }

  follow(entry: TickerEntry, leader: TickerEntry): void {
    let best = (leader.home + 1) % this.#turns;
    for (let behind = 2; behind <= MOST_BEHIND; behind++) {
      const slot = (leader.home + behind) % this.#turns;
      if (this.#slot(slot).length < this.#slot(best).length) best = slot;
    }
    entry.home = best;
    this.goHome(entry);
    this.#reschedule();
  }

  goHome(entry: TickerEntry): void {
    if (entry.slot === entry.home || !this.#leave(entry)) return;
    entry.lastTurn += (entry.home - entry.slot + this.#turns) % this.#turns;
    entry.notBefore = entry.lastTurn + this.#turns;
    this.#enter(entry, entry.home);
  }

  #wake(): void {
    this.#isAlarmSet = false;
    const current = this.#currentTurn();
    // A wake later than a whole period takes each turn of the ring once.
    this.#nextTurn = Math.max(this.#nextTurn, current - this.#turns + 1);
    while (this.#nextTurn <= current) this.#runTurn(this.#nextTurn++);
    this.#schedule();
  }

  #runTurn(turn: number): void {
    const slot = this.#slot(turn);
    const nowMs = this.#clock.monotonicMs();
    const latenessUs = Math.max(0, Math.round((nowMs - this.#startMs - turn * this.#turnMs) * 1000));
    // Backwards, so that an entry which leaves during its call does not hide another.
    for (let index = slot.length - 1; index >= 0; index--) {
      const entry = slot[index];
      if (entry === undefined || turn < entry.notBefore) continue;
      this.#call(entry, turn, latenessUs, nowMs);
    }
  }

  #call(entry: TickerEntry, turn: number, latenessUs: number, nowMs: number): void {
    const missed = Math.max(0, Math.round((turn - entry.lastTurn) / this.#turns) - 1);
    entry.lastTurn = turn;
    try {
      entry.ticking.tick(missed, latenessUs, nowMs);
    } catch (error) {
      this.#onFault(error);
    }
  }

  #schedule(): void {
    if (this.#count === 0 || this.#isAlarmSet) return;
    let due = this.#nextTurn;
    while (due < this.#nextTurn + this.#turns && this.#slot(due).length === 0) due++;
    const delayMs = this.#startMs + due * this.#turnMs - this.#clock.monotonicMs();
    this.#isAlarmSet = true;
    this.#alarm.set(Math.max(0, delayMs));
  }

  #reschedule(): void {
    this.#alarm.cancel();
    this.#isAlarmSet = false;
    this.#schedule();
  }

  #enter(entry: TickerEntry, slot: number): void {
    entry.slot = slot;
    this.#slot(slot).push(entry);
  }

  #leave(entry: TickerEntry): boolean {
    const slot = this.#slot(entry.slot);
    const index = slot.indexOf(entry);
    if (index >= 0) slot.splice(index, 1);
    return index >= 0;
  }

  #slot(turn: number): TickerEntry[] {
    return this.#slots[turn % this.#turns] ?? [];
  }

  #currentTurn(): number {
    return Math.floor((this.#clock.monotonicMs() - this.#startMs + EARLY_MS) / this.#turnMs);
  }
}
