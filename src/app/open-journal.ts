import { createTextRedactor } from "../history/index.ts";
import { createJournal, type Journal, type JournalParts } from "../journal/index.ts";
import type { Clock, Logger } from "../kernel/index.ts";
import type { ObjectStore } from "../objects/index.ts";
import type { Store } from "../store/index.ts";
import type { Cleanup } from "./cleanup.ts";
import type { Config } from "./config/config.ts";
import { openDetailRecords, type AccountRecords } from "./open-detail-records.ts";
import type { OwnedNumbers } from "./owned-numbers.ts";

/** What it is opened with. */
interface Parts {
  readonly config: Pick<Config, "postgres" | "dataFolder" | "keepCallsMs" | "redactCalls">;
  readonly store: Store;
  readonly objects: ObjectStore;
  readonly ownedNumbers: OwnedNumbers;
  readonly nodeId: string;
  /** As the journal has them. */
  readonly card: JournalParts["card"];
  readonly onCard: JournalParts["onCard"];
  readonly onLost: JournalParts["onLost"];
  readonly clock: Clock;
  readonly log: Logger;
}

/** Opens what is kept of calls, and what is owed of them. */
export async function openJournal(
  { config, store, objects, ownedNumbers, nodeId, card, onCard, onLost, clock, log }: Parts,
  cleanup: Cleanup,
): Promise<{ readonly journal: Journal; readonly detailRecords: AccountRecords }> {
  const { postgres, dataFolder, keepCallsMs, redactCalls } = config;
  const isShared = postgres !== undefined;
  const detailRecords = cleanup.add(
    await openDetailRecords({ store, objects, ownedNumbers, nodeId, isShared, dataFolder, clock, log }),
  );
  const journal = cleanup.add(
    createJournal({
      ...{ records: store.calls, nodeId, isShared, keepMs: keepCallsMs, card, onCard, onLost, clock, log },
      createRedactor: redactCalls ? createTextRedactor : undefined,
      recordOf: (leg) => detailRecords.recordOf(leg),
    }),
  );
  return { journal, detailRecords };
}
