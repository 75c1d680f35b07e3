import { errorCode, errorMessage, type Clock, type Logger, type Timer } from "../kernel/index.ts";
import type { CallChange, CallRecords } from "../store/index.ts";

/** Something that changes and is to be written. */
export interface Changing {
  readonly version: number;
  written: number;
  readonly isEnded: boolean;
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
  readonly records: Pick<CallRecords, "write">;
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

/** Changes that nobody waits for are collected for so long. */
const collectMs = 50;
/** Nobody waits longer for the database than this, and nobody at all for one that let somebody wait so long, until it has written again. */
const longestWaitMs = 5_000;
const retryAfterMs = [250, 1_000, 2_000, 5_000];
/** Calls that are written at one time. */
const mostAtOnce = 200;
/** Calls that have ended and wait for a database that is away. */
const mostEnded = 5_000;

/** Writes changes of calls in batches, one batch at a time. What waits is the call as it is then, so that the queue is no longer than the calls
 * that are up and a number of those that have ended. */
export class BatchWriter {
  readonly #parts: WriterParts;
  readonly #changed = new Set<Changing>();
  readonly #waiters = new Set<Waiter>();
  #timer: Timer | undefined;
  #writing: Promise<void> | undefined;
  /** Writes that failed since the last one that did not. */
  #failures = 0;
  /** So many calls are written one by one, since the database refuses one of them. */
  #singles = 0;
  /** Calls that are being written. */
  #underWay = 0;
  #isSilent = false;
  #late = 0;
  #lost = 0;
  #isClosed = false;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /** The entry has changed. The first change of each is written at once: soon somebody will wait for it. */
  note(entry: Changing): void {
    this.#changed.add(entry);
    if (entry.version === 1) this.#writeNow();
    else this.#writeLater(collectMs);
  }

  /** Calls back once a version of the entry is written: at once, if it is; or when that is not to be expected soon. */
  whenWritten(entry: Changing, version: number, goOn: () => void): void {
    if (entry.written >= version) return goOn();
    if (this.#failures > 0 || this.#isSilent || this.#isClosed) {
      this.#late += 1;
      return goOn();
    }
    const limit = this.#parts.clock.startTimer(longestWaitMs, () => this.#release(waiter, false));
    const waiter: Waiter = { entry, version, goOn, limit };
    this.#waiters.add(waiter);
    this.#writeNow();
  }

  counts(): JournalCounts {
    return { waiting: this.#changed.size + this.#underWay, late: this.#late, lost: this.#lost };
  }

  /** Writes what there is, if the database takes it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#writing;
    for (let left = this.#changed.size; left > 0; left = this.#changed.size) {
      await this.#write();
      if (this.#failures > 0) break;
    }
    const { size } = this.#changed;
    if (size === 0) return;
    this.#lost += size;
    this.#parts.log.error({ calls: size }, `what became of ${size} calls could not be written`);
  }

  #writeNow(): void {
    if (this.#writing !== undefined || this.#failures > 0 || this.#isClosed) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    // What else happens in this turn goes with it.
    this.#writing = Promise.resolve().then(() => this.#write());
  }

  #writeLater(delayMs: number): void {
    if (this.#writing !== undefined || this.#timer !== undefined || this.#isClosed) return;
    this.#timer = this.#parts.clock.startTimer(delayMs, () => {
      this.#timer = undefined;
      this.#writing = this.#write();
    });
  }

  async #write(): Promise<void> {
    const batch = [...take(this.#changed, this.#singles > 0 ? 1 : mostAtOnce)].map((entry) => ({
      ...{ entry, version: entry.version, change: entry.takeChange() },
    }));
    for (const { entry } of batch) this.#changed.delete(entry);
    this.#underWay = batch.length;
    try {
      const { records, nodeId, clock } = this.#parts;
      await records.write(
        batch.map(({ change }) => change),
        { nodeId, at: clock.now() },
      );
      for (const { entry, version } of batch) entry.written = version;
      this.#singles = Math.max(0, this.#singles - 1);
      this.#isSilent = false;
      this.#succeeded();
    } catch (error) {
      const isRefused = errorCode(error) === "STORE_REFUSED";
      if (isRefused && batch.length === 1) this.#giveUp(batch, error);
      else for (const { entry, change } of batch) this.#putBack(entry, change);
      if (isRefused) this.#singles = batch.length - 1;
      else this.#failed(error);
    }
    this.#underWay = 0;
    this.#writing = undefined;
    this.#goOn();
  }

  #goOn(): void {
    for (const waiter of this.#waiters) if (waiter.entry.written >= waiter.version) this.#release(waiter, true);
    if (this.#isClosed || this.#changed.size === 0) return;
    if (this.#failures > 0) this.#writeLater(retryAfterMs[Math.min(this.#failures, retryAfterMs.length) - 1] ?? 0);
    else if (this.#singles > 0 || this.#waiters.size > 0 || [...this.#changed].some(({ written }) => written === 0))
      this.#writeNow();
    else this.#writeLater(collectMs);
  }

  #release(waiter: Waiter, isWritten: boolean): void {
    if (!this.#waiters.delete(waiter)) return;
    waiter.limit.cancel();
    if (!isWritten) this.#late += 1;
    this.#isSilent ||= !isWritten;
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
    const ended = [...this.#changed].filter(({ isEnded }) => isEnded);
    for (const entry of ended.slice(0, Math.max(0, ended.length - mostEnded))) {
      this.#changed.delete(entry);
      this.#lost += 1;
    }
  }

  /** Behind the others. */
  #putBack(entry: Changing, change: CallChange): void {
    entry.giveBack(change);
    this.#changed.add(entry);
  }

  #giveUp(batch: readonly { readonly change: CallChange }[], error: unknown): void {
    this.#lost += batch.length;
    for (const { change } of batch) {
      const { transactionId } = change.call;
      this.#parts.log.error({ err: error, transactionId }, `the database does not take a call: ${errorMessage(error)}`);
    }
  }
}

function* take<Item>(items: Iterable<Item>, most: number): Generator<Item> {
  let taken = 0;
  for (const item of items) {
    if (taken++ === most) return;
    yield item;
  }
}
