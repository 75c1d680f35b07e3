/** Something that will happen. */
export interface Entry {
  readonly dueAt: number;
  readonly happen: () => void;
}

/** What will happen in virtual time, in order of due time, then of entry. */
export interface Agenda {
  now(): number;
  /** Notes what shall happen `delayMs` from now. */
  after(delayMs: number, happen: () => void): Entry;
  cancel(entry: Entry | undefined): void;
  /** Moves time to the next entry and has it happen. False: there is none. */
  next(): boolean;
}

/** Makes an empty agenda at `startAt`, epoch milliseconds. */
export function createAgenda(startAt: number): Agenda {
  let now = startAt;
  const entries: Entry[] = [];
  return {
    now: () => now,
    after(delayMs, happen) {
      const entry = { dueAt: now + Math.max(0, delayMs), happen };
      let index = entries.length;
      while (index > 0 && (entries[index - 1] as Entry).dueAt > entry.dueAt) index -= 1;
      entries.splice(index, 0, entry);
      return entry;
    },
    cancel(entry) {
      const index = entry === undefined ? -1 : entries.indexOf(entry);
      if (index >= 0) entries.splice(index, 1);
    },
    next() {
      const entry = entries.shift();
      if (entry === undefined) return false;
      now = entry.dueAt;
      entry.happen();
      return true;
    },
  };
}
