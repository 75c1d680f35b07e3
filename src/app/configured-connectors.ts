import { isDeepStrictEqual } from "node:util";
import { idFromName } from "../kernel/index.ts";
import { transportNamed } from "../sip-syntax/index.ts";
import type { DocumentRecords, RecordOrigin, Store, VoiceConnector, VoiceConnectorGroup } from "../store/index.ts";
import { connectorId, type ConnectorGroup, type Trunk } from "../trunks/index.ts";
import type { Config } from "./config/config.ts";

/** What of the configuration the API shows as Voice Connectors and groups. */
type Named = Pick<Config, "trunks" | "connectors" | "region">;

/** Makes the API show the trunks, Voice Connectors and groups that the configuration names, and none that only an earlier configuration named.
 * Those for all other ARNs are none. Contract: api-configured-records */
export async function putConfiguredConnectors(
  config: Named,
  { connectors, groups }: Pick<Store, "connectors" | "groups">,
  at: number,
): Promise<void> {
  await putAll(connectors, connectorsOf(config), at);
  await putAll(groups, groupsOf(config), at);
}

type Made<Row> = Omit<Row, "tags" | "origin" | "createdAt" | "updatedAt">;
interface Row {
  readonly id: string;
  readonly tags: VoiceConnector["tags"];
  readonly origin: RecordOrigin;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What is there already keeps its tags and the time of its creation. */
async function putAll<Kind extends Row>(
  records: DocumentRecords<Kind>,
  all: readonly (Made<Kind> & { readonly id: string })[],
  at: number,
): Promise<void> {
  const ids = new Set(all.map(({ id }) => id));
  for (const { id, origin } of await records.all())
    if (origin === "configuration" && !ids.has(id)) await records.delete(id);
  for (const made of all) {
    const known = await records.get(made.id);
    const { tags = [], createdAt = at, updatedAt = at } = known ?? {};
    const record = { ...made, tags, origin: "configuration", createdAt, updatedAt } as unknown as Kind;
    if (known === undefined) await records.insert(record);
    else if (!isDeepStrictEqual(plain(known), plain(record))) await records.replace({ ...record, updatedAt: at });
  }
}

function connectorsOf(config: Named): readonly Made<VoiceConnector>[] {
  const made = new Map<string, Made<VoiceConnector>>();
  for (const trunk of config.trunks) {
    if (trunk.name === "*") continue;
    const id = idOfTrunk(trunk.name, config);
    made.set(id, connectorOf(id, trunk.name, [trunk], config.region));
  }
  for (const { key, members } of config.connectors) {
    const id = connectorId(key);
    if (key === "*" || isGroup(key) || made.has(id)) continue;
    const trunks = members.flatMap(({ trunk: name }) => config.trunks.filter((trunk) => trunk.name === name));
    made.set(id, connectorOf(id, id, trunks, regionOf(key, config)));
  }
  return [...made.values()];
}

function groupsOf(config: Named): readonly Made<VoiceConnectorGroup>[] {
  return config.connectors.filter(isNamedGroup).map(({ key, members }) => ({
    id: connectorId(key),
    name: connectorId(key),
    items: members.map(({ trunk, priority }) => ({ connectorId: idOfTrunk(trunk, config), priority })),
    distribution: "PriorityWeightedDistribution",
  }));
}

function isNamedGroup({ key }: ConnectorGroup): boolean {
  return isGroup(key);
}

function isGroup(key: string): boolean {
  return key.includes(":vcg/");
}

/** A trunk that was written as a Voice Connector has the id of that. */
function idOfTrunk(name: string, { connectors }: Named): string {
  const own = connectors.find(({ key }) => key === name && !isGroup(key));
  return own === undefined ? idFromName("trunk", name) : connectorId(own.key);
}

function regionOf(key: string, { region }: Named): string {
  return key.startsWith("arn:") ? (key.split(":")[3] ?? region) : region;
}

function connectorOf(id: string, name: string, trunks: readonly Trunk[], region: string): Made<VoiceConnector> {
  const addresses = trunks.flatMap((trunk) => trunk.addresses);
  const isTls = ({ target: { transport } }: Trunk["addresses"][number]) =>
    transport !== undefined && transportNamed(transport).isSecure;
  return {
    id,
    name: connectorId(name).replace(/[^a-zA-Z0-9 _.-]/g, "-"),
    region: regionOf(name, { region, trunks: [], connectors: [] }),
    requireEncryption: addresses.some(isTls),
    ...{ networkType: "IPV4_ONLY", integrationType: undefined, termination: undefined, credentials: [] },
    origination: {
      isDisabled: false,
      routes: addresses.map(({ target, priority, weight }) => ({
        ...{ host: target.host, port: target.port ?? 0, priority, weight },
        protocol: target.transport === undefined || target.transport === "udp" ? "UDP" : "TCP",
      })),
    },
    ...{ logging: { sip: false, media: false }, streaming: undefined, emergency: undefined },
  };
}

/** As the store gives it back. */
function plain(record: object): unknown {
  return JSON.parse(JSON.stringify(record));
}
