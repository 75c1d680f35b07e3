import type { Clock, Timer } from "../kernel/index.ts";

/** What is called once per packet time. */
export interface Ticking {
  /** @param missedTicks ticks since the previous call that were skipped
   * @param latenessMs how late this call is against its time */
  tick(missedTicks: number, latenessMs: number, nowMs: number): void;
}

/** A place on the ring, as given by `add`. */
export interface TickerPlace {
  readonly ticking: Ticking;
  home: number;
  slot: number;
  /** Turn of the latest call, or the one that the next call counts from. */
  lastTurn: number;
  /** The next call is not before this turn. */
  notBefore: number;
}

/** Calls many things once per period, spread over turns of one millisecond, so that their work does not come in bursts.
 * A thing whose turn came a whole period late is called once, with the number of ticks that it missed: a missed tick is
 * skipped, never made up. */
export interface Ticker {
  /** Puts a thing on the least loaded turn, of equals the next one to come. */
  add(ticking: Ticking): TickerPlace;
  remove(place: TickerPlace): void;
  /** Makes the next call come at once, up to one period early. Does nothing for a place that is away from its home turn already. */
  hasten(place: TickerPlace): void;
  /** Returns a hastened place to its home turn: the next call comes that much later, and no tick counts as missed. */
  goHome(place: TickerPlace): void;
}

/** Length of one turn, milliseconds. */
const TURN_MS = 1;
/** A turn that is due within this time is taken at once, since timers are no finer than a millisecond. */
const EARLY_MS = 0.25;

/** Makes a ticker; it holds a timer only while something is on it. `onFault` gets what a `tick` threw. */
export function createTicker(
  clock: Clock,
  periodMs: number,
  onFault: (ticking: Ticking, error: unknown) => void,
): Ticker {
  const turns = Math.round(periodMs / TURN_MS);
  const slots: TickerPlace[][] = Array.from({ length: turns }, () => []);
  const startMs = clock.monotonicMs();
  let count = 0;
  let nextTurn = 0;
  let timer: Timer | undefined;

  const currentTurn = () => Math.floor((clock.monotonicMs() - startMs + EARLY_MS) / TURN_MS);

  const runTurn = (turn: number) => {
    const slot = slots[turn % turns] ?? [];
    // Backwards, so that a place which leaves during its call does not hide another.
    for (let index = slot.length - 1; index >= 0; index--) {
      const place = slot[index];
      if (place === undefined || turn < place.notBefore) continue;
      const missed = Math.max(0, Math.round((turn - place.lastTurn) / turns) - 1);
      place.lastTurn = turn;
      const nowMs = clock.monotonicMs();
      try {
        place.ticking.tick(missed, Math.max(0, nowMs - startMs - turn * TURN_MS), nowMs);
      } catch (error) {
        onFault(place.ticking, error);
      }
    }
  };

  const wake = () => {
    timer = undefined;
    const current = currentTurn();
    nextTurn = Math.max(nextTurn, current - turns + 1);
    while (nextTurn <= current) runTurn(nextTurn++);
    schedule();
  };

  const schedule = () => {
    if (count === 0 || timer !== undefined) return;
    let due = nextTurn;
    while (due < nextTurn + turns && (slots[due % turns] ?? []).length === 0) due++;
    timer = clock.startTimer(Math.max(0, startMs + due * TURN_MS - clock.monotonicMs()), wake);
  };

  const reschedule = () => {
    timer?.cancel();
    timer = undefined;
    schedule();
  };

  const enter = (place: TickerPlace, slot: number) => {
    place.slot = slot;
    slots[slot]?.push(place);
  };

  const leave = (place: TickerPlace) => {
    const slot = slots[place.slot] ?? [];
    const index = slot.indexOf(place);
    if (index >= 0) slot.splice(index, 1);
    return index >= 0;
  };

  return {
    add(ticking) {
      if (count === 0) nextTurn = Math.max(nextTurn, currentTurn() + 1);
      let best = nextTurn;
      for (let turn = nextTurn; turn < nextTurn + turns; turn++) {
        if ((slots[turn % turns] ?? []).length < (slots[best % turns] ?? []).length) best = turn;
      }
      const place = { ticking, home: best % turns, slot: best % turns, lastTurn: best - turns, notBefore: best };
      enter(place, place.home);
      count++;
      reschedule();
      return place;
    },
    remove(place) {
      if (!leave(place)) return;
      count--;
      if (count === 0) reschedule();
    },
    hasten(place) {
      if (place.slot !== place.home || place.notBefore > nextTurn) return;
      const soonest = Math.max(nextTurn, currentTurn());
      if (soonest >= place.lastTurn + turns || !leave(place)) return;
      place.lastTurn = soonest - turns;
      place.notBefore = soonest;
      enter(place, soonest % turns);
      reschedule();
    },
    goHome(place) {
      if (place.slot === place.home || !leave(place)) return;
      const early = (place.home - place.slot + turns) % turns;
      place.lastTurn += early;
      place.notBefore = place.lastTurn + turns;
      enter(place, place.home);
    },
  };
}
