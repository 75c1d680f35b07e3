import { errorCode, errorMessage, type Clock, type Logger, type Timer } from "../kernel/index.ts";
import type { CallChange, CallRecords } from "../store/index.ts";

/** Something that changes and is to be written. */
export interface Changing {
  readonly version: number;
  /** The last version that is in the database. */
  written: number;
  /** That there is it is kept beside the database. */
  isBegun: boolean;
  readonly isEnded: boolean;
  /** Another process has it: nothing is written of it, and whoever waits for that waits for ever. */
  readonly isLost: boolean;
  lose(): void;
  /** Its first version. */
  beginning(): CallChange;
  takeChange(): CallChange;
  giveBack(change: CallChange): void;
}

/** Counts since the start; `waiting` is how many calls have changes that are not written now. */
export interface JournalCounts {
  readonly waiting: number;
  /** Calls that went on before what they owed was written. */
  readonly late: number;
  /** Calls of which something was never written. */
  readonly lost: number;
}

/** What the writer is made with. */
export interface WriterParts {
  readonly records: Pick<CallRecords, "begin" | "write">;
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Waiter {
  readonly entry: Changing;
  readonly version: number;
  readonly goOn: () => void;
  readonly limit: Timer;
}

/** How soon a change is written, ms: one after which a function is told something while nobody is left in the call, and, where nobody waits for it, one
 * that a function is told of and one that is for the record. Whatever is written before that takes the first two along; what is for the record only waits
 * for its own time, so that a call is not written again for each little thing, and those of many calls share pages of the database. That time begins with a
 * call, and is no multiple of the time between calls where these come regularly, as from a dialler: else it would be over in the moment in which another comes. */
export const collectMs = { owed: 20, told: 50, noted: 233 } as const;
/** Nobody waits longer for the database than this, and nobody at all for one that let somebody wait so long, until it has written again. */
const longestWaitMs = 5_000;
const retryAfterMs = [250, 1_000, 2_000, 5_000];
/** Calls that are written at one time. */
const mostAtOnce = 200;
/** Batches that are written at one time: one for which somebody waits is not behind another one; with more of them, each call would be one. */
const mostBatches = 2;
/** Calls that have ended and wait for a database that is away. */
const mostEnded = 5_000;

/** A call as it is written now. */
interface Sent {
  readonly entry: Changing;
  readonly version: number;
  readonly change: CallChange;
}

/** Writes changes of calls in batches, of which a call is in one at a time. What waits is the call as it is then, so that the queue is no longer than the
 * calls that are up and a number of those that have ended. */
export class BatchWriter {
  readonly #parts: WriterParts;
  readonly #changed = new Set<Changing>();
  /** Those of them for which somebody waits, or soon will. */
  readonly #urgent = new Set<Changing>();
  /** Those of them that are for the record only: nothing takes them along. */
  readonly #resting = new Set<Changing>();
  /** Those whose beginning is being kept beside the database. */
  readonly #beginning = new Set<Changing>();
  /** Versions that are being written. */
  readonly #sent = new Map<Changing, number>();
  readonly #batches = new Set<Promise<void>>();
  readonly #waiters = new Set<Waiter>();
  /** By how long they last. */
  readonly #timers = new Map<number, Timer>();
  /** After it nothing rests. */
  #restTimer: Timer | undefined;
  /** Writes that failed since the last one that did not. */
  #failures = 0;
  /** So many calls are written one by one, since the database refuses one of them. */
  #singles = 0;
  #isSilent = false;
  #late = 0;
  #lost = 0;
  #isClosed = false;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /** The entry has changed. The first change of each leaves in this turn, before anything else is done with it: soon somebody will wait for it. Where it is
   * kept beside the database, its row is for the record only. */
  note(entry: Changing, withinMs: number): void {
    const isResting = this.#resting.has(entry) || !this.#changed.has(entry);
    this.#changed.add(entry);
    const isBeginning = entry.version === 1 && this.#begin(entry);
    if (this.#failures > 0) return;
    if (isBeginning) this.#rest(entry);
    else if (entry.version === 1) this.#writeNow(entry);
    else if (withinMs < collectMs.noted) this.#hurry(entry, withinMs);
    else if (isResting) this.#rest(entry);
  }

  /** Calls back once a version of the entry is written: at once, if it is; or when that is not to be expected soon.
   * @param withinMs how soon writing it begins; 0: now */
  whenWritten(entry: Changing, version: number, withinMs: number, goOn: () => void): void {
    if (entry.isLost) return;
    if (isKept(entry, version)) return goOn();
    const isBeginning = version === 1 && this.#beginning.has(entry);
    const isSent = isBeginning || (this.#sent.get(entry) ?? 0) >= version;
    const isGivenUp = !isSent && !this.#changed.has(entry);
    if (!isBeginning && (this.isStuck || this.#isClosed || isGivenUp)) {
      this.#late += 1;
      return goOn();
    }
    const limit = this.#parts.clock.startTimer(longestWaitMs, () => {
      this.#isSilent = true;
      this.#release(waiter, false);
    });
    const waiter: Waiter = { entry, version, goOn, limit };
    this.#waiters.add(waiter);
    if (isSent) return;
    if (withinMs === 0) this.#writeNow(entry);
    else this.#hurry(entry, withinMs);
  }

  /** Whether the database takes nothing now. */
  get isStuck(): boolean {
    return this.#failures > 0 || this.#isSilent;
  }

  counts(): JournalCounts {
    const again = [...this.#sent.keys()].filter((entry) => this.#changed.has(entry)).length;
    return { waiting: this.#changed.size + this.#sent.size - again, late: this.#late, lost: this.#lost };
  }

  /** Writes what there is, if the database takes it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimers();
    this.#wake();
    await Promise.all(this.#batches);
    while (this.#changed.size > 0) {
      this.#write();
      await Promise.all(this.#batches);
      if (this.#failures > 0) break;
    }
    const { size } = this.#changed;
    if (size === 0) return;
    this.#lost += size;
    this.#parts.log.error({ calls: size }, `what became of ${size} calls could not be written`);
  }

  /** Where that fails, it is written as everything else is. */
  #begin(entry: Changing): boolean {
    const begun = this.#isClosed ? undefined : this.#parts.records.begin(entry.beginning());
    if (begun === undefined) return false;
    this.#beginning.add(entry);
    void begun.then(
      () => {
        this.#beginning.delete(entry);
        entry.isBegun = true;
        this.#releaseKept();
      },
      () => {
        this.#beginning.delete(entry);
        if (this.isStuck) this.#letGo(entry);
        else this.#writeNow(entry);
      },
    );
    return true;
  }

  #writeNow(entry: Changing): void {
    if (this.#isClosed) return;
    this.#urgent.add(entry);
    this.#write();
  }

  #hurry(entry: Changing, withinMs: number): void {
    this.#resting.delete(entry);
    this.#writeWithin(withinMs);
  }

  #rest(entry: Changing): void {
    if (this.#isClosed) return;
    this.#resting.add(entry);
    this.#restTimer ??= this.#parts.clock.startTimer(collectMs.noted, () => {
      this.#wake();
      this.#write();
    });
  }

  #wake(): void {
    this.#restTimer?.cancel();
    this.#restTimer = undefined;
    this.#resting.clear();
  }

  #writeWithin(delayMs: number): void {
    if (this.#timers.has(delayMs) || this.#isClosed) return;
    const timer = this.#parts.clock.startTimer(delayMs, () => {
      this.#timers.delete(delayMs);
      this.#write();
    });
    this.#timers.set(delayMs, timer);
  }

  #cancelTimers(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  /** Sends what has changed and is not being written, if there is room for one more batch. */
  #write(): void {
    if (this.#batches.size >= (this.#singles > 0 ? 1 : mostBatches)) return;
    const sent = this.#take();
    if (sent.length === 0) return;
    const { records, nodeId, clock } = this.#parts;
    const batch: Promise<void> = records
      .write(
        sent.map(({ change }) => change),
        { nodeId, at: clock.now() },
      )
      .then(
        (lost) => this.#written(sent, new Set(lost)),
        (error: unknown) => this.#notWritten(sent, error),
      )
      .then(() => {
        this.#batches.delete(batch);
        this.#goOn();
      });
    this.#batches.add(batch);
  }

  /** Those first for which somebody waits. */
  #take(): readonly Sent[] {
    const most = this.#singles > 0 ? 1 : mostAtOnce;
    const taken: Sent[] = [];
    for (const some of [this.#urgent, this.#changed]) {
      for (const entry of some) {
        if (taken.length === most) return taken;
        if (this.#sent.has(entry) || (some === this.#changed && this.#resting.has(entry))) continue;
        this.#urgent.delete(entry);
        this.#changed.delete(entry);
        this.#resting.delete(entry);
        this.#sent.set(entry, entry.version);
        taken.push({ entry, version: entry.version, change: entry.takeChange() });
      }
    }
    this.#cancelTimers();
    return taken;
  }

  #written(sent: readonly Sent[], lost: ReadonlySet<string>): void {
    for (const { entry, version, change } of sent) {
      this.#sent.delete(entry);
      if (lost.has(change.call.transactionId)) this.#lose(entry);
      else entry.written = version;
    }
    this.#singles = Math.max(0, this.#singles - 1);
    this.#isSilent = false;
    this.#succeeded();
  }

  #notWritten(sent: readonly Sent[], error: unknown): void {
    for (const { entry } of sent) this.#sent.delete(entry);
    const isRefused = errorCode(error) === "STORE_REFUSED";
    if (isRefused && sent.length === 1) this.#giveUp(sent, error);
    else for (const { entry, change } of sent) this.#putBack(entry, change);
    if (isRefused) this.#singles = sent.length - 1;
    else this.#failed(error);
  }

  /** Whoever waits for it is let go without a word: what it would do, another process does. */
  #lose(entry: Changing): void {
    this.#changed.delete(entry);
    this.#urgent.delete(entry);
    this.#resting.delete(entry);
    for (const waiter of this.#waiters) {
      if (waiter.entry !== entry) continue;
      waiter.limit.cancel();
      this.#waiters.delete(waiter);
    }
    entry.lose();
  }

  #goOn(): void {
    this.#releaseKept();
    if (this.#isClosed || this.#changed.size === this.#resting.size) return;
    if (this.#failures > 0) this.#writeWithin(retryAfterMs[Math.min(this.#failures, retryAfterMs.length) - 1] ?? 0);
    else if (this.#singles > 0 || this.#urgent.size > 0) this.#write();
    else this.#writeWithin(collectMs.told);
  }

  #releaseKept(): void {
    for (const waiter of this.#waiters) if (isKept(waiter.entry, waiter.version)) this.#release(waiter, true);
  }

  /** Nobody waits for it any more. */
  #letGo(entry: Changing): void {
    for (const waiter of this.#waiters) if (waiter.entry === entry) this.#release(waiter, false);
  }

  #release(waiter: Waiter, isWritten: boolean): void {
    if (!this.#waiters.delete(waiter)) return;
    waiter.limit.cancel();
    if (!isWritten) this.#late += 1;
    waiter.goOn();
  }

  #succeeded(): void {
    if (this.#failures === 0) return;
    this.#failures = 0;
    const { waiting, late, lost } = this.counts();
    this.#parts.log.warn({ waiting, late, lost }, "calls are written to the database again");
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    const why = errorMessage(error);
    if (this.#failures === 1)
      this.#parts.log.error(
        { err: error },
        `calls cannot be written to the database, and go on: ${why}; it is tried again`,
      );
    for (const waiter of this.#waiters) this.#release(waiter, false);
    this.#urgent.clear();
    this.#cancelTimers();
    this.#wake();
    const ended = [...this.#changed].filter(({ isEnded }) => isEnded);
    for (const entry of ended.slice(0, Math.max(0, ended.length - mostEnded))) {
      this.#changed.delete(entry);
      this.#lost += 1;
    }
  }

  /** Behind the others, and as soon as they: it has waited once. */
  #putBack(entry: Changing, change: CallChange): void {
    entry.giveBack(change);
    this.#changed.add(entry);
    this.#urgent.add(entry);
  }

  #giveUp(sent: readonly Sent[], error: unknown): void {
    this.#lost += sent.length;
    for (const { entry, change } of sent) {
      const { transactionId } = change.call;
      this.#parts.log.error({ err: error, transactionId }, `the database does not take a call: ${errorMessage(error)}`);
      this.#letGo(entry);
    }
  }
}

/** Whether this process could end without it being lost. */
function isKept({ written, isBegun }: Changing, version: number): boolean {
  return Math.max(written, isBegun ? 1 : 0) >= version;
}
