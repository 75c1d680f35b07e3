import type { CallObservation } from "../../call/index.ts";
import { outlineFact } from "./outline-fact.ts";

/** Something that happened in a call, in short. */
export interface FeedEntry {
  /** Ascending, without gaps. */
  readonly number: number;
  readonly at: number;
  readonly callId: string;
  readonly fact: { readonly type: string };
}

/** What happened in calls lately, and what happens. */
export interface CallFeed {
  /** Takes a fact; costs no more than keeping a few words of it. */
  add(observation: CallObservation): void;
  /** The same of something that is no fact of a call; `callId` may be "". */
  note(entry: Omit<FeedEntry, "number">): void;
  /** Number of the last entry; 0: there was none. */
  last(): number;
  /** Entries behind a number that are kept, the oldest first. */
  since(number: number): readonly FeedEntry[];
  /** Those of one call that are kept. */
  ofCall(callId: string): readonly FeedEntry[];
  /** Keeps none of one call any more. */
  forget(callId: string): void;
  /** Number of the oldest entry that is kept. */
  oldest(): number;
  /** Tells each entry from now on, until the function that this returns is called. */
  watch(listener: (entry: FeedEntry) => void): () => void;
}

/** Entries that are kept: of a busy server those of the last seconds, of others those of the last hours. */
const mostKept = 4_096;

/** Makes a feed that keeps the latest `size` entries. */
export function createCallFeed(size = mostKept): CallFeed {
  const kept: (FeedEntry | undefined)[] = [];
  const listeners = new Set<(entry: FeedEntry) => void>();
  let last = 0;
  const oldest = () => Math.max(1, last - size + 1);
  const since = (number: number) => {
    const from = Math.max(number + 1, oldest());
    return Array.from({ length: Math.max(0, last - from + 1) }, (_, index) => kept[(from + index) % size]).filter(
      (entry) => entry !== undefined,
    );
  };
  const note = (noted: Omit<FeedEntry, "number">) => {
    last += 1;
    const entry: FeedEntry = { number: last, ...noted };
    kept[last % size] = entry;
    for (const listener of listeners) listener(entry);
  };
  return {
    add: ({ at, transactionId, fact }) => note({ at, callId: transactionId, fact: outlineFact(fact) }),
    note,
    last: () => last,
    since,
    ofCall: (callId) => since(0).filter((entry) => entry.callId === callId),
    forget(callId) {
      for (const [index, entry] of kept.entries()) if (entry?.callId === callId) kept[index] = undefined;
    },
    oldest,
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
