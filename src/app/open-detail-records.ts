import { join } from "node:path";
import {
  createDetailRecords,
  type ConnectorFacts,
  type DetailRecords,
  type LegFacts,
} from "../detail-records/index.ts";
import { connectorFunction } from "../engine/index.ts";
import type { EndedLeg } from "../journal/index.ts";
import { errorMessage, type Clock, type Logger, type Timer } from "../kernel/index.ts";
import type { ObjectStore } from "../objects/index.ts";
import type { Store } from "../store/index.ts";
import type { OwnedNumbers } from "./owned-numbers.ts";
import type { ApiConnectors } from "./routing/api-connectors.ts";

/** What call detail records are opened with. */
interface Parts {
  readonly store: Store;
  readonly objects: ObjectStore;
  readonly ownedNumbers: OwnedNumbers;
  readonly connectors: Pick<ApiConnectors, "idOfTrunk">;
  readonly region: string;
  readonly nodeId: string;
  readonly isShared: boolean;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Call detail records as the settings of the account have them. */
export interface AccountRecords extends DetailRecords {
  /** Reads the settings anew; rejects never. */
  refresh(): Promise<void>;
}

/** Between reads of the settings, which another server may have changed. */
const readMs = 5_000;

/** Opens them; `start` delivers what is owed. */
export async function openDetailRecords(parts: Parts): Promise<AccountRecords> {
  const { store, objects, ownedNumbers, nodeId, isShared, dataFolder, clock, log } = parts;
  const records = createDetailRecords({
    ...{ records: store.detailRecords, objects, rules: store.rules, nodeId, isShared, clock, log },
    folder: join(dataFolder, "detail-records"),
    factsOf: (leg) => factsOf(leg, ownedNumbers),
    connectorOf: (leg) => connectorOf(leg, parts),
  });
  const timers: { next?: Timer } = {};
  const refresh = async () => {
    try {
      records.setBucket((await store.settings.get("account"))?.cdrBucket);
    } catch (error) {
      log.warn({ err: error }, `the bucket of call records is taken to be the one before: ${errorMessage(error)}`);
    }
  };
  const follow = () => {
    timers.next = clock.startTimer(readMs, () => void refresh().then(follow));
  };
  await refresh();
  if (isShared) follow();
  return {
    ...{ setBucket: (bucket) => records.setBucket(bucket), recordOf: (leg) => records.recordOf(leg) },
    ...{ start: () => records.start(), waiting: () => records.waiting(), refresh },
    close() {
      timers.next?.cancel();
      return records.close();
    },
  };
}

/** A number of a group is reached by one of its connectors. */
function connectorOf({ call, leg, partner }: EndedLeg, parts: Parts): ConnectorFacts | undefined {
  const { functionArn, applicationId } = call.target;
  if (functionArn !== connectorFunction) return undefined;
  const { ownedNumbers, connectors, region } = parts;
  const own = ownedNumbers.voiceConnectorOf(leg.to) === applicationId ? applicationId : undefined;
  const ofGroup = partner?.trunk === undefined ? undefined : connectors.idOfTrunk(partner.trunk);
  return { connectorId: own ?? ofGroup ?? applicationId, region };
}

/** A leg belongs to the connector that it called, or that has the number which was called. */
function factsOf({ leg, destination }: EndedLeg, numbers: OwnedNumbers): LegFacts {
  const called =
    destination?.type === "connector" ? destination.arn.slice(destination.arn.lastIndexOf("/") + 1) : undefined;
  return {
    connectorId: called ?? numbers.voiceConnectorOf(leg.to) ?? "",
    fromName: numbers.nameOf(leg.from),
    toName: numbers.nameOf(leg.to),
  };
}
