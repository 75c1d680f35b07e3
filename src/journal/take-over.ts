import { errorMessage, type Clock, type Logger, type Timer } from "../kernel/index.ts";
import type { CallRecords, OrphanedCall } from "../store/index.ts";

/** What following other processes is made with. */
export interface TakeOverParts {
  readonly records: Pick<CallRecords, "signOfLife" | "signOff" | "takeOver" | "countOfOthers">;
  readonly nodeId: string;
  /** Whether other processes may be there at any time; else they were before this one. */
  readonly isShared: boolean;
  /** Calls of this process that are up. */
  readonly countLive: () => number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Gives signs of life of this process, and takes over calls of those that give none. */
export interface TakeOver {
  /** Gives calls whose process is gone, until it is closed. Rejects never. */
  follow(onOrphan: (orphan: OrphanedCall) => void): Promise<void>;
  /** A call has begun: there are to be signs of life. */
  wake(): void;
  close(): Promise<void>;
}

/** Between signs of life. */
const signMs = 1_000;
/** A process is gone that has given none for so long. */
export const leaseMs = 5_000;

/** Makes it. */
export function createTakeOver({ records, nodeId, isShared, countLive, clock, log }: TakeOverParts): TakeOver {
  let timer: Timer | undefined;
  let give: ((orphan: OrphanedCall) => void) | undefined;
  let mayHaveOrphans = true;
  let isClosed = false;
  let running: Promise<void> | undefined;

  const look = async () => {
    try {
      const sign = { nodeId, at: clock.now() };
      if (!mayHaveOrphans || give === undefined) return await records.signOfLife(sign);
      const orphans = await records.takeOver(sign, sign.at - leaseMs);
      if (orphans.length > 0)
        log.warn(
          { calls: orphans.length },
          `${orphans.length} calls of a server that is gone: what it owed is told now`,
        );
      for (const orphan of orphans) give(orphan);
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
