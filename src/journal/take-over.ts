import { errorMessage, type Clock, type Logger, type Timer } from "../kernel/index.ts";
import type { CallRecords, KeptNode, OrphanedCall } from "../store/index.ts";

/** What following other processes is made with. */
export interface TakeOverParts {
  readonly records: Pick<
    CallRecords,
    "exchangeCards" | "signOfLife" | "signOff" | "takeOver" | "countOfOthers" | "nodes"
  >;
  readonly nodeId: string;
  /** Whether other processes may be there at any time; else they were before this one. */
  readonly isShared: boolean;
  /** Calls of this process that are up. */
  readonly countLive: () => number;
  /** What this process tells the others of itself, JSON, given what they say. */
  readonly card: (others: readonly KeptNode[]) => string;
  /** Whether another process has ended for sure, since this one is in its place. */
  readonly isSucceeded: (other: KeptNode) => boolean;
  /** The database has the card. */
  readonly onCard: () => void;
  /** Others may have taken calls of this process: it gave no sign for a time. */
  readonly onDoubt: () => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Gives signs of life of this process, and takes over calls of those that give none. */
export interface TakeOver {
  /** Gives calls whose process is gone, until it is closed. Rejects never. */
  follow(onOrphan: (orphan: OrphanedCall) => void): Promise<void>;
  /** A call has begun: there are to be signs of life. */
  wake(): void;
  /** Whether no other process can have taken calls of this one. */
  isSure(): boolean;
  close(): Promise<void>;
}

/** Between signs of life. */
const signMs = 1_000;
/** A process is gone that has given none for so long. */
export const leaseMs = 5_000;
/** To within this the clocks of processes agree. */
const skewMs = 1_000;

/** Makes it. */
export function createTakeOver(parts: TakeOverParts): TakeOver {
  const { records, nodeId, isShared, countLive, card, isSucceeded, onCard, onDoubt, clock, log } = parts;
  /** When the last sign was given that the database has, monotonic. */
  let signedAtMs: number | undefined;
  /** Until then nobody's calls are taken: after a time in which the database was away, the others are as silent as this one was. */
  let quietUntilMs = 0;
  let timer: Timer | undefined;
  let give: ((orphan: OrphanedCall) => void) | undefined;
  let mayHaveOrphans = true;
  let isFormerGone = !isShared;
  let isClosed = false;
  let running: Promise<void> | undefined;

  const isSure = () => !isShared || signedAtMs === undefined || clock.monotonicMs() - signedAtMs < leaseMs - skewMs;
  /** Takes away the sign of the process in whose place this one is: nobody waits for the end of its lease. Not with the first sign, since what rates let
   * through in its last second counts for that. */
  const endFormer = async () => {
    if (isFormerGone || signedAtMs === undefined) return;
    const former = (await records.nodes()).filter((other) => other.nodeId !== nodeId && isSucceeded(other));
    for (const other of former) await records.signOff(other.nodeId);
    isFormerGone = true;
  };
  /** Gives a sign, and gets calls of those that gave none, where these may be looked for. */
  const sign = async (): Promise<readonly OrphanedCall[] | undefined> => {
    const given = { nodeId, at: clock.now() };
    const givenAtMs = clock.monotonicMs();
    const isQuiet = !isSure() || givenAtMs < quietUntilMs;
    if (isShared) {
      await endFormer();
      await records.exchangeCards(given, isQuiet ? 0 : given.at - leaseMs, card);
      onCard();
    }
    const mayLook = mayHaveOrphans && give !== undefined && !isQuiet;
    const orphans = mayLook
      ? await records.takeOver(given, given.at - leaseMs)
      : await records.signOfLife(given).then(() => undefined);
    const wasSilent = !isSure();
    signedAtMs = givenAtMs;
    if (wasSilent) {
      quietUntilMs = clock.monotonicMs() + leaseMs;
      onDoubt();
    }
    return orphans;
  };
  const look = async () => {
    try {
      const orphans = await sign();
      if (orphans === undefined) return;
      if (orphans.length > 0)
        log.warn(
          { calls: orphans.length },
          `${orphans.length} calls of a server that is gone: what it owed is told now`,
        );
      for (const orphan of orphans) give?.(orphan);
      mayHaveOrphans = isShared || (await records.countOfOthers(nodeId)) > 0;
    } catch (error) {
      log.debug({ err: error }, `calls of other servers cannot be looked for: ${errorMessage(error)}`);
    }
  };
  const wake = () => {
    if (isClosed || timer !== undefined || running !== undefined) return;
    if (!isShared && !mayHaveOrphans && countLive() === 0) return;
    timer = clock.startTimer(signMs, () => {
      timer = undefined;
      running = look().then(() => {
        running = undefined;
        wake();
      });
    });
  };
  return {
    async follow(onOrphan) {
      give = onOrphan;
      await look();
      wake();
    },
    wake,
    isSure,
    async close() {
      isClosed = true;
      timer?.cancel();
      await running;
      await records.signOff(nodeId).catch((error: unknown) => {
        log.debug({ err: error }, `the end of this server could not be written: ${errorMessage(error)}`);
      });
    },
  };
}
