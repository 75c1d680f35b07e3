import { createTextRedactor } from "../history/index.ts";
import type { createJournal, Journal, JournalParts } from "../journal/index.ts";
import type { Clock, Logger } from "../kernel/index.ts";
import type { ObjectStore } from "../objects/index.ts";
import type { Store } from "../store/index.ts";
import type { Cleanup } from "./cleanup.ts";
import type { Config } from "./config/config.ts";
import { openDetailRecords, type AccountRecords } from "./open-detail-records.ts";
import type { OwnedNumbers } from "./owned-numbers.ts";
import type { ApiConnectors } from "./routing/api-connectors.ts";

/** What it is opened with. */
interface Parts {
  readonly config: Pick<Config, "postgres" | "region" | "dataFolder" | "keepCallsMs" | "redactCalls">;
  readonly store: Store;
  readonly objects: ObjectStore;
  readonly ownedNumbers: OwnedNumbers;
  readonly connectors: Pick<ApiConnectors, "idOfTrunk">;
  readonly nodeId: string;
  readonly createJournal: typeof createJournal;
  /** As the journal has them. */
  readonly card: JournalParts["card"];
  readonly isSucceeded: JournalParts["isSucceeded"];
  readonly onCard: JournalParts["onCard"];
  readonly onLost: JournalParts["onLost"];
  readonly clock: Clock;
  readonly log: Logger;
}

/** Opens what is kept of calls, and what is owed of them. */
export async function openJournal(
  parts: Parts,
  cleanup: Cleanup,
): Promise<{ readonly journal: Journal; readonly detailRecords: AccountRecords }> {
  const { config, store, objects, ownedNumbers, connectors, nodeId, card, isSucceeded, onCard, onLost, clock, log } =
    parts;
  const { postgres, region, dataFolder, keepCallsMs, redactCalls } = config;
  const isShared = postgres !== undefined;
  const detailRecords = cleanup.add(
    await openDetailRecords({
      ...{ store, objects, ownedNumbers, connectors, region, nodeId, isShared, dataFolder, clock, log },
    }),
  );
  const journal = cleanup.add(
    parts.createJournal({
      ...{ records: store.calls, nodeId, isShared, keepMs: keepCallsMs, card, isSucceeded, onCard, onLost, clock, log },
      createRedactor: redactCalls ? createTextRedactor : undefined,
      recordOf: (leg) => detailRecords.recordOf(leg),
    }),
  );
  return { journal, detailRecords };
}
