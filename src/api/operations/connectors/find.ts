import type { OwnedRecords, VoiceConnector, VoiceConnectorGroup } from "../../../store/index.ts";
import { refuse } from "../../refuse.ts";
import type { OperationContext } from "../operation.ts";

/** The Voice Connector with this id; rejects with `API_NOT_FOUND`. */
export async function findConnector(
  { connectors }: Pick<OwnedRecords, "connectors">,
  id: string,
): Promise<VoiceConnector> {
  const connector = await connectors.get(id);
  if (connector !== undefined) return connector;
  throw refuse("API_NOT_FOUND", `There is no Voice Connector with the id ${JSON.stringify(id)}.`);
}

/** The group with this id; rejects with `API_NOT_FOUND`. */
export async function findGroup({ groups }: Pick<OwnedRecords, "groups">, id: string): Promise<VoiceConnectorGroup> {
  const group = await groups.get(id);
  if (group !== undefined) return group;
  throw refuse("API_NOT_FOUND", `There is no Voice Connector group with the id ${JSON.stringify(id)}.`);
}

/** What the configuration made is changed there. Contract: api-configured-kept */
export function refuseConfigured(kind: string, { id, origin }: VoiceConnector | VoiceConnectorGroup): void {
  if (origin !== "configuration") return;
  const where = "offhook.yaml names it (voiceConnectors, trunk, trunks); change it there";
  throw refuse("API_FORBIDDEN", `The ${kind} ${id} cannot be changed by the API: ${where}.`);
}

/** Makes of a connector what `change` makes of it, and tells the calls. Rejects with `API_NOT_FOUND`, `API_FORBIDDEN`, and with what `change` throws. */
export async function changeConnector(
  id: string,
  { store, clock, connectorsChanged }: OperationContext,
  change: (connector: VoiceConnector, records: OwnedRecords) => VoiceConnector | Promise<VoiceConnector>,
): Promise<VoiceConnector> {
  const changed = await store.atomically(async (records) => {
    const before = await findConnector(records, id);
    refuseConfigured("Voice Connector", before);
    const after = { ...(await change(before, records)), updatedAt: clock.now() };
    await records.connectors.replace(after);
    return after;
  });
  await connectorsChanged();
  return changed;
}

/** The refusal for a setting of a connector that was not made, or was deleted. Contract: api-connector-settings-absent */
export function notSet(setting: string, id: string): Error {
  return refuse("API_NOT_FOUND", `The Voice Connector ${id} has no ${setting}.`);
}
