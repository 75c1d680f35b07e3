import type { Destination } from "../../call/index.ts";
import type { Route } from "../../engine/index.ts";
import { nearestWord } from "../../kernel/index.ts";
import { askedTransport, parseSipUri, transportNamed } from "../../sip-syntax/index.ts";
import type { SipAddress, SipCredentials, SipTarget } from "../../sip/index.ts";
import { connectorId, findConnector, orderRoutes, type ConfiguredConnector } from "./voice-connectors.ts";

/** What the operator has configured for outbound calls. */
export interface RoutingConfig {
  /** Takes numbers. */
  readonly trunk: SipTarget | undefined;
  /** Ours at the trunk. */
  readonly credentials?: SipCredentials | undefined;
  readonly connectors: readonly ConfiguredConnector[];
  /** Takes calls to connectors when none is configured. */
  readonly unknownConnectors: SipAddress | undefined;
  /** Gives numbers from 0, below 1. */
  readonly random: () => number;
}

/** The route to a called party: numbers go to the trunk, users of a Voice Connector to its addresses, a SIP URI to its own host.
 * undefined: there is none.
 * Contract: sip-and-media-connector-header, sip-and-media-sip-uri */
export function findRoute(destination: Destination, routing: RoutingConfig): Route | undefined {
  switch (destination.type) {
    case "number":
      return routing.trunk && routeToTrunk(routing.trunk, routing.credentials);
    case "connector":
      return routeToConnector(destination.arn, routing);
    case "uri":
      return routeToUri(destination.uri);
    default:
      return destination satisfies never;
  }
}

/** Why there is no route to the users of a Voice Connector, for a person; undefined when there is one. */
export function whyNoConnector(arn: string, { connectors, unknownConnectors }: RoutingConfig): string | undefined {
  if (connectors.length === 0 && unknownConnectors !== undefined) return undefined;
  if (findConnector(connectors, arn) !== undefined) return undefined;
  const keys = connectors.map(({ key }) => key);
  const nearest = nearestWord(connectorId(arn), keys) ?? nearestWord(arn, keys);
  const hint = nearest === undefined ? "" : `; the nearest is ${nearest}`;
  return `voiceConnectors in the configuration has no entry for ${arn}${hint}`;
}

function routeToTrunk(trunk: SipTarget, credentials: SipCredentials | undefined): Route {
  return { nextHops: [trunk], uri: undefined, headers: {}, ...(credentials === undefined ? {} : { credentials }) };
}

function routeToConnector(arn: string, { connectors, unknownConnectors, random }: RoutingConfig): Route | undefined {
  const connector = findConnector(connectors, arn);
  const unknown = connectors.length > 0 || unknownConnectors === undefined ? [] : [unknownConnectors];
  const nextHops = connector === undefined ? unknown : orderRoutes(connector.routes, random);
  if (nextHops.length === 0) return undefined;
  return { nextHops, uri: undefined, headers: { "X-VoiceConnector-ID": connectorId(arn) } };
}

function routeToUri(text: string): Route | undefined {
  const uri = parseSipUri(text);
  if (uri === undefined || uri.scheme === "tel") return undefined;
  const asked = askedTransport(uri);
  const transport = asked === "none" || asked === "unknown" ? undefined : asked.name;
  return { nextHops: [{ transport, host: uri.host, port: uri.port }], uri: uri.text, headers: {} };
}

/** The address that this server calls itself by: its first listener that asks for no proof of a name, else its first; loopback when that listens
 * everywhere. */
export function ownAddress(listeners: readonly SipAddress[]): SipAddress {
  const first = listeners.find(({ transport }) => !transportNamed(transport).isSecure) ?? listeners[0];
  if (first === undefined) throw new Error("a user agent has at least one listener");
  const loopback = { "0.0.0.0": "127.0.0.1", "::": "::1" }[first.host];
  return loopback === undefined ? first : { ...first, host: loopback };
}
