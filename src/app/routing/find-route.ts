import type { Destination } from "../../call/index.ts";
import type { FoundRoutes, Route } from "../../engine/index.ts";
import { askedTransport, parseSipUri, transportNamed } from "../../sip-syntax/index.ts";
import type { CodecPreferences } from "../../sdp/index.ts";
import type { SipAddress } from "../../sip/index.ts";
import { connectorId, plainTrunk, presentCall, type Trunk, type Trunks, type Way } from "../../trunks/index.ts";

/** The routes to a called party: numbers and users of a Voice Connector go by trunks, a SIP URI to its own host.
 * Contract: sip-and-media-connector-header, sip-and-media-sip-uri */
export function findRoutes(destination: Destination, to: string, trunks: Trunks): FoundRoutes {
  switch (destination.type) {
    case "number":
      return byTrunk(trunks, trunks.findWays({ type: "number", number: to }), {});
    case "connector": {
      const { arn } = destination;
      return byTrunk(trunks, trunks.findWays({ type: "connector", arn }), { "X-VoiceConnector-ID": connectorId(arn) });
    }
    case "uri":
      return toUri(destination.uri);
    default:
      return destination satisfies never;
  }
}

/** Where a call is led: to a number of a Voice Connector by that connector. Contract: sip-and-media-connector-number */
export function leadOf(destination: Destination, connector: string | undefined): Destination {
  return destination.type === "number" && connector !== undefined ? { type: "connector", arn: connector } : destination;
}

function byTrunk(
  trunks: Trunks,
  found: ReturnType<Trunks["findWays"]>,
  headers: Readonly<Record<string, string>>,
): FoundRoutes {
  if (found.type === "none") return found;
  const [first, ...others] = found.ways;
  const route = (way: Way) => routeOf(trunks, way, headers);
  return { type: "routes", routes: [route(first), ...others.map(route)] };
}

function routeOf(trunks: Trunks, way: Way, added: Readonly<Record<string, string>>): Route {
  const { trunk, target } = way;
  return {
    target,
    present(parties, local) {
      const { headers, ...presented } = presentCall(way, parties, local);
      return { ...presented, headers: { ...added, ...headers } };
    },
    credentials: trunks.credentialsOf(trunk),
    maxForwards: trunk.maxForwards,
    ...{ codecs: codecsOf(trunk), srtp: trunk.srtp, trunk: trunk.name },
    responseMs: trunk.responseMs,
    begin() {
      const begun = trunks.beginCall(way);
      return begun.type === "over-limit" ? begun.why : begun;
    },
  };
}

/** What calls of a trunk speak; undefined: what all calls do. */
export function codecsOf({ codecs }: Trunk): CodecPreferences | undefined {
  return codecs === undefined ? undefined : { codecs, order: "ours", lastResort: [] };
}

function toUri(text: string): FoundRoutes {
  const uri = parseSipUri(text);
  if (uri === undefined || uri.scheme === "tel") return { type: "none", why: `${text} is no SIP URI` };
  const asked = askedTransport(uri);
  if (typeof asked !== "string" && asked.records === undefined)
    return { type: "none", why: `${text} asks for a WebSocket, which this server opens to nobody` };
  const transport = asked === "none" || asked === "unknown" ? undefined : asked.name;
  const target = { transport, host: uri.host, port: uri.port };
  return { type: "routes", routes: [{ target, uri: uri.text, responseMs: plainTrunk.responseMs }] };
}

/** The address that this server calls itself by: its first listener that asks for no proof of a name, else its first; loopback when that listens
 * everywhere. */
export function ownAddress(listeners: readonly SipAddress[]): SipAddress {
  const called = listeners.filter(({ transport }) => transportNamed(transport).records !== undefined);
  const first = called.find(({ transport }) => !transportNamed(transport).isSecure) ?? called[0] ?? listeners[0];
  if (first === undefined) throw new Error("a user agent has at least one listener");
  const loopback = { "0.0.0.0": "127.0.0.1", "::": "::1" }[first.host];
  return loopback === undefined ? first : { ...first, host: loopback };
}
