import type { CallKeeper, CallState } from "../call/index.ts";
import { errorMessage, type Clock, type Logger, type TransactionId } from "../kernel/index.ts";
import type { CallRecords } from "../store/index.ts";
import { BatchWriter, type JournalCounts } from "./batch-writer.ts";
import { CallEntry } from "./call-entry.ts";
import { createTakeOver } from "./take-over.ts";

/** What the journal is made with. */
export interface JournalParts {
  readonly records: CallRecords;
  /** Of this process. */
  readonly nodeId: string;
  /** Whether other servers may write to the same database. */
  readonly isShared: boolean;
  /** What this process tells the others of itself, JSON. */
  readonly card: () => string;
  /** Another process has taken over a call of this one, and tells what it owes. */
  readonly onLost: (transactionId: TransactionId) => void;
  /** How long calls that have ended are kept; undefined: for good. */
  readonly keepMs: number | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What is kept of calls, so that their end is told also when this process does not live to tell it. */
export interface Journal {
  /** Keeps a call from its first step on.
   * @param isTakenOver another process began it */
  open(state: CallState, isTakenOver: boolean): CallKeeper;
  /** Gives calls whose process is gone: those of an earlier one at once or within seconds, those of other servers when it happens. */
  follow(onOrphan: (state: CallState) => void): Promise<void>;
  counts(): JournalCounts;
  /** Writes what is not written. */
  close(): Promise<void>;
}

/** Between times at which old calls are deleted. */
const deletingMs = 3_600_000;

/** Makes it. */
export function createJournal(parts: JournalParts): Journal {
  const { records, nodeId, isShared, card, onLost, keepMs, clock, log } = parts;
  const live = new Set<CallEntry>();
  const writer = new BatchWriter({ records, nodeId, clock, log });
  const onDoubt = () => {
    for (const entry of live) entry.check();
  };
  const takeOver = createTakeOver({
    ...{ records, nodeId, isShared, countLive: () => live.size, card, onDoubt, clock, log },
  });
  let deletedAt: number | undefined;

  const deleteOld = () => {
    const now = clock.now();
    if (keepMs === undefined || (deletedAt !== undefined && now - deletedAt < deletingMs)) return;
    deletedAt = now;
    void records.deleteEndedBefore(now - keepMs).catch((error: unknown) => {
      log.warn({ err: error }, `old calls could not be deleted: ${errorMessage(error)}`);
    });
  };
  return {
    open(state, isTakenOver) {
      const onClose = () => {
        live.delete(entry);
        deleteOld();
      };
      const { transactionId } = state;
      const entry: CallEntry = new CallEntry(state, {
        ...{ nodeId, writer, isTakenOver, now: () => clock.now(), onClose },
        ...{ isSure: takeOver.isSure, onLost: () => onLost(transactionId) },
      });
      live.add(entry);
      takeOver.wake();
      return entry;
    },
    async follow(onOrphan) {
      await takeOver.follow(({ transactionId, state }) => {
        try {
          onOrphan(JSON.parse(state) as CallState);
        } catch (error) {
          log.error({ err: error, transactionId }, `what a call owed is not told: ${errorMessage(error)}`);
        }
      });
      deleteOld();
    },
    counts: () => writer.counts(),
    async close() {
      await writer.close();
      await takeOver.close();
    },
  };
}
