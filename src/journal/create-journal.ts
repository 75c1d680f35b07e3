import type { CallKeeper, CallObservation, CallState } from "../call/index.ts";
import { errorMessage, type Clock, type Logger, type Timer, type TransactionId } from "../kernel/index.ts";
import type { CallRecords, DetailRecord, KeptNode } from "../store/index.ts";
import { BatchWriter, type JournalCounts } from "./batch-writer.ts";
import { CallEntry, isLateFact } from "./call-entry.ts";
import type { EndedLeg } from "./call-legs.ts";
import type { CallRedactor } from "./call-redactor.ts";
import { keepFact } from "./kept-fact.ts";
import { createTakeOver } from "./take-over.ts";

/** What the journal is made with. */
export interface JournalParts {
  readonly records: CallRecords;
  /** Of this process. */
  readonly nodeId: string;
  /** Whether other servers may write to the same database. */
  readonly isShared: boolean;
  /** What this process tells the others of itself, JSON, given what they say. */
  readonly card: (others: readonly KeptNode[]) => string;
  /** Whether another process has ended for sure, since this one is in its place. */
  readonly isSucceeded: (other: KeptNode) => boolean;
  /** The database has the card. */
  readonly onCard: () => void;
  /** Another process has taken over a call of this one, and tells what it owes; or has made a call by the same request. */
  readonly onLost: (transactionId: TransactionId) => void;
  /** How long calls that have ended are kept; undefined: for good. */
  readonly keepMs: number | undefined;
  /** Makes what stands for texts that tell of people, for one call; undefined: they are kept as they are. */
  readonly createRedactor?: (() => CallRedactor) | undefined;
  /** The record that is owed to a bucket for a leg that has ended; undefined: none. */
  readonly recordOf?: ((leg: EndedLeg) => DetailRecord | undefined) | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What is kept of calls, so that their end is told also when this process does not live to tell it. */
export interface Journal {
  /** Keeps a call from its first step on.
   * @param isTakenOver another process began it
   * @param requestKey stands for the request that made it: where that has made another call, this one is lost */
  open(state: CallState, isTakenOver: boolean, requestKey: string | undefined): CallKeeper;
  /** Keeps what is told of a call, also after its end. */
  observe(observation: CallObservation): void;
  /** Gives calls whose process is gone: those of an earlier one at once or within seconds, those of other servers when it happens. */
  follow(onOrphan: (state: CallState) => void): Promise<void>;
  counts(): JournalCounts;
  /** Calls that are up and of which the database has nothing: they are kept beside it at first, or it takes nothing. */
  unwritten(): ReadonlySet<string>;
  /** Writes what is not written. */
  close(): Promise<void>;
}

/** Between times at which old calls are deleted. */
const deletingMs = 3_600_000;
/** What is told of a call for so long after its end is written with it; what comes later, such as a recording that was tried again, by itself. */
const lateMs = 2_000;
/** Most calls that have ended of which more may be told with them. */
const mostLate = 2_000;
/** Most dialogs whose call has not begun; of those that are refused none begins. */
const mostEarly = 500;
/** Calls of a server that is gone that are told of at one time: with many more, functions would have no room for them, and refuse what is told once. The
 * others are as safe in the database as they were. */
const mostTold = 50;

/** Makes it. */
export function createJournal(parts: JournalParts): Journal {
  const { records, nodeId, isShared, card, isSucceeded, onCard, onLost, keepMs, clock, log } = parts;
  const live = new Set<CallEntry>();
  /** Those that are up, and those that have just ended. */
  const known = new Map<string, CallEntry>();
  const late = new Set<Timer>();
  /** Dialogs of calls that have not begun. */
  const early = new Map<string, CallObservation>();
  const writer = new BatchWriter({ records, nodeId, clock, log });
  const onDoubt = () => {
    for (const entry of live) entry.check();
  };
  const takeOver = createTakeOver({
    ...{ records, nodeId, isShared, countLive: () => live.size, card, isSucceeded, onCard, onDoubt, clock, log },
  });
  const orphans = createOrphans((transactionId, error) =>
    log.error({ err: error, transactionId }, `what a call owed is not told: ${errorMessage(error)}`),
  );
  let deletedAt: number | undefined;

  const deleteOld = () => {
    const now = clock.now();
    if (keepMs === undefined || (deletedAt !== undefined && now - deletedAt < deletingMs)) return;
    deletedAt = now;
    void records.deleteEndedBefore(now - keepMs).catch((error: unknown) => {
      log.warn({ err: error }, `old calls could not be deleted: ${errorMessage(error)}`);
    });
  };
  /** Before it is written, facts cannot be without it. */
  const forgetLater = (transactionId: string, entry: CallEntry) => {
    const timer = clock.startTimer(lateMs, () => {
      late.delete(timer);
      if (entry.written < entry.version && late.size < mostLate) forgetLater(transactionId, entry);
      else known.delete(transactionId);
    });
    late.add(timer);
  };
  const addFact = async ({ at, transactionId, fact }: CallObservation) => {
    const kept = keepFact(fact, parts.createRedactor?.());
    if (kept === undefined) return;
    await records.addFacts(transactionId, [{ at, ...kept }]).catch((error: unknown) => {
      log.warn({ err: error, transactionId }, `what was told late of a call is not kept: ${errorMessage(error)}`);
    });
  };
  return {
    open(state, isTakenOver, requestKey) {
      const { transactionId } = state;
      const onClose = () => {
        live.delete(entry);
        if (isTakenOver) orphans.told(transactionId);
        forgetLater(transactionId, entry);
        deleteOld();
      };
      const entry: CallEntry = new CallEntry(state, {
        ...{ nodeId, writer, isTakenOver, requestKey, now: () => clock.now(), onClose },
        ...{ isSure: takeOver.isSure, onLost: () => onLost(transactionId) },
        ...{ redact: parts.createRedactor?.(), recordOf: (leg) => parts.recordOf?.(leg) },
      });
      live.add(entry);
      known.set(transactionId, entry);
      const signalled = early.get(transactionId);
      if (signalled !== undefined) entry.observe(signalled.at, signalled.fact);
      early.delete(transactionId);
      takeOver.wake();
      return entry;
    },
    observe(observation) {
      const entry = known.get(observation.transactionId);
      if (entry !== undefined) return entry.observe(observation.at, observation.fact);
      if (isLateFact(observation.fact)) return void addFact(observation);
      if (observation.fact.type !== "leg-signalled") return;
      const [oldest] = early.keys();
      if (early.size >= mostEarly && oldest !== undefined) early.delete(oldest);
      early.set(observation.transactionId, observation);
    },
    async follow(onOrphan) {
      await takeOver.follow((orphan) =>
        orphans.add(orphan.transactionId, () => onOrphan(JSON.parse(orphan.state) as CallState)),
      );
      deleteOld();
    },
    counts: () => writer.counts(),
    unwritten: () =>
      new Set(
        [...known].flatMap(([id, entry]) =>
          entry.written === 0 && (entry.isBegun || writer.isStuck) && live.has(entry) ? [id] : [],
        ),
      ),
    async close() {
      for (const timer of late) timer.cancel();
      await writer.close();
      await takeOver.close();
    },
  };
}

/** Calls of servers that are gone, a few at one time. */
function createOrphans(onFailed: (transactionId: string, error: unknown) => void) {
  const waiting = new Map<string, () => void>();
  const begun = new Set<string>();
  const next = () => {
    for (const [transactionId, tell] of waiting) {
      if (begun.size >= mostTold) return;
      waiting.delete(transactionId);
      begun.add(transactionId);
      try {
        tell();
      } catch (error) {
        begun.delete(transactionId);
        onFailed(transactionId, error);
      }
    }
  };
  return {
    /** `tell` begins to tell what a call owes, when its turn comes. */
    add(transactionId: string, tell: () => void) {
      waiting.set(transactionId, tell);
      next();
    },
    /** All is told that it owed. */
    told(transactionId: string) {
      if (begun.delete(transactionId)) next();
    },
  };
}
