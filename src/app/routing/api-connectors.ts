import { countryOf, type Clock } from "../../kernel/index.ts";
import {
  connectorOfHost,
  createNetworkTest,
  parseNetwork,
  fullNumber,
  transportNamed,
  type TransportName,
} from "../../sip-syntax/index.ts";
import type { IncomingCall } from "../../sip/index.ts";
import type { Store, VoiceConnector, VoiceConnectorGroup } from "../../store/index.ts";
import { createTurns } from "../in-turn.ts";
import { connectorId, plainTrunk, type ConnectorGroup, type Trunk, type Trunks } from "../../trunks/index.ts";

/** The Voice Connectors that were made by the API, as calls see them. */
export interface ApiConnectors {
  /** Reads them anew: new calls go by what is there then. */
  refresh(): Promise<void>;
  /** That whose host a request calls, made by the API; undefined: it calls another. */
  ofHost(host: string): VoiceConnector | undefined;
  /** That which is a trunk of this name. */
  ofTrunk(name: string): VoiceConnector | undefined;
  /** The id of the connector that a trunk is, made by the API or not; undefined: it is none. */
  idOfTrunk(name: string): string | undefined;
  /** Counts a call that a connector brings, or says why it brings no more within this second, for people. Contract: api-termination-lets-in */
  whyTooFast(connector: VoiceConnector): string | undefined;
  /** Notes an OPTIONS to the host of a connector, or from its networks. */
  notePing(query: Pick<IncomingCall, "requestUri" | "source">): void;
  /** The last of them. */
  lastPing(id: string): { readonly at: number; readonly source: string } | undefined;
}

/** What they are followed with. */
export interface ApiConnectorParts {
  readonly store: Pick<Store, "connectors" | "groups">;
  readonly trunks: Trunks;
  readonly clock: Clock;
  /** How much of a limit this server may use, where others have the rest. */
  readonly shareOf: (name: string, limit: number, use: number) => number;
  /** Those that the configuration names now. */
  readonly written: () => readonly ConnectorGroup[];
}

/** Follows the connectors and groups of the API: each connector is a trunk of its id, which its origination leads to, and which its termination
 * lets in; each group leads to the trunks of its connectors. Contract: api-connectors-take-part
 */
export function followApiConnectors({ store, trunks, clock, shareOf, written }: ApiConnectorParts): ApiConnectors {
  const known = new Map<string, VoiceConnector>();
  /** When the calls of the last second began, monotonic. */
  const begun = new Map<string, readonly number[]>();
  const pings = new Map<string, { readonly at: number; readonly source: string }>();
  let ids: ReadonlyMap<string, string> = new Map();
  let keys: ReadonlySet<string> = new Set();
  const inTurn = createTurns();
  const shareOfRate = ({ id, termination }: VoiceConnector, use: number) =>
    shareOf(`begun by the Voice Connector ${id}`, termination?.callsPerSecond ?? Infinity, use);
  const ofHost = (host: string) => known.get(connectorOfHost(host) ?? "");
  const readAnew = async () => {
    const [connectors, groups] = await Promise.all([store.connectors.all(), store.groups.all()]);
    const made = connectors.filter(({ origin }) => origin === "api");
    ids = new Map(connectors.map(({ id, name, origin }) => [origin === "api" ? id : name, id]));
    const stay = new Set(made.map(({ id }) => id));
    for (const id of known.keys()) {
      if (stay.has(id)) continue;
      trunks.remove(id);
      begun.delete(id);
      pings.delete(id);
    }
    known.clear();
    for (const connector of made) {
      known.set(connector.id, connector);
      // Somebody has a share before the first call.
      shareOfRate(connector, 0);
      trunks.put(trunkOf(connector));
    }
    const isWritten = new Set(written().map(({ key }) => connectorId(key)));
    const ofTrunks = connectors.filter(({ id, origin }) => origin === "configuration" && !isWritten.has(id));
    const leading = [
      ...made.flatMap(leadOf),
      ...ofTrunks.map(leadOfTrunk),
      ...groups.flatMap((group) => leadOfGroup(group, connectors)),
    ];
    const now = new Set(leading.map(({ key }) => key));
    for (const key of keys) if (!now.has(key)) trunks.removeConnector(key);
    for (const lead of leading) trunks.putConnector(lead);
    keys = now;
  };
  return {
    refresh: () => inTurn(readAnew),
    ofHost,
    ofTrunk: (name) => known.get(name),
    idOfTrunk: (name) => ids.get(name),
    whyTooFast(connector) {
      const { id, termination } = connector;
      const nowMs = clock.monotonicMs();
      const recent = (begun.get(id) ?? []).filter((atMs) => atMs > nowMs - 1_000);
      const most = shareOfRate(connector, recent.length);
      begun.set(id, recent.length < most ? [...recent, nowMs] : recent);
      if (recent.length < most) return undefined;
      const limit = termination?.callsPerSecond ?? most;
      const share = most === limit ? "" : `, of which this server may use ${most} now`;
      return `${recent.length} calls of the Voice Connector ${id} began within a second, and its CpsLimit is ${limit}${share}`;
    },
    notePing({ requestUri, source }) {
      const trunk = ofHost(requestUri.host)?.id ?? trunks.trunkOf(source)?.name;
      if (trunk !== undefined && known.has(trunk)) pings.set(trunk, { at: clock.now(), source: source.host });
    },
    lastPing: (id) => (known.has(id) ? pings.get(id) : undefined),
  };
}

/** Why a connector takes no call, for people; undefined: it does. Contract: api-termination-lets-in
 * @param source the address that the call comes from */
export function whyNotTerminated(
  { id, termination, requireEncryption }: VoiceConnector,
  { source, to, requestUri }: Pick<IncomingCall, "source" | "to" | "requestUri">,
): string | undefined {
  const what = `the Voice Connector ${id}`;
  if (termination === undefined) return `${what} has no termination`;
  if (termination.isDisabled) return `the termination of ${what} is disabled`;
  if (requireEncryption && !transportNamed(source.transport).isSecure)
    return `${what} requires encryption, and the call comes over ${source.transport}`;
  const networks = termination.networks.flatMap((text) => parseNetwork(text) ?? []);
  if (!createNetworkTest(networks)(source.host)) return `${source.host} is not in the CidrAllowedList of ${what}`;
  const called = [to, requestUri].map(({ user }) => fullNumber(user)).find((number) => number !== undefined);
  const country = called === undefined ? undefined : countryOf(called);
  if (country === undefined || termination.regions.includes(country)) return undefined;
  return `${country} is not among the CallingRegions of ${what}`;
}

function trunkOf(connector: VoiceConnector): Trunk {
  const { id, termination, origination, requireEncryption } = connector;
  const isOpen = termination !== undefined && !termination.isDisabled;
  const transport = (protocol: "TCP" | "UDP"): TransportName =>
    requireEncryption ? "tls" : protocol === "TCP" ? "tcp" : "udp";
  return {
    ...plainTrunk,
    name: id,
    addresses: (origination?.isDisabled === false ? origination.routes : []).map(
      ({ host, port, protocol, priority, weight }) => ({
        ...{ target: { host, port: port === 0 ? undefined : port, transport: transport(protocol) }, priority, weight },
      }),
    ),
    sources: isOpen ? termination.networks.flatMap((text) => parseNetwork(text) ?? []) : [],
    callers: connector.credentials,
    srtp: requireEncryption ? "required" : undefined,
  };
}

/** A connector without origination leads nowhere. */
function leadOf(connector: VoiceConnector): readonly ConnectorGroup[] {
  const { id } = connector;
  return hasRoutes(connector) ? [{ key: id, members: [{ trunk: id, priority: 1, weight: 1 }] }] : [];
}

/** A trunk of the configuration is a connector too, by the id that the API shows. */
function leadOfTrunk({ id, name }: VoiceConnector): ConnectorGroup {
  return { key: id, members: [{ trunk: name, priority: 1, weight: 1 }] };
}

function hasRoutes({ origination }: VoiceConnector): boolean {
  return origination !== undefined && !origination.isDisabled && origination.routes.length > 0;
}

/** In a group without priorities all connectors get as many calls. */
function leadOfGroup(
  { id, items, distribution, origin }: VoiceConnectorGroup,
  connectors: readonly VoiceConnector[],
): readonly ConnectorGroup[] {
  if (origin !== "api") return [];
  const members = items.flatMap(({ connectorId, priority }) => {
    const connector = connectors.find((one) => one.id === connectorId);
    if (connector === undefined || !hasRoutes(connector)) return [];
    const isBalanced = distribution === "LoadBalancedDistribution";
    const trunk = connector.origin === "api" ? connectorId : connector.name;
    return [{ trunk, priority: isBalanced ? 1 : priority, weight: 1 }];
  });
  return members.length === 0 ? [] : [{ key: id, members }];
}
