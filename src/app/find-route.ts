import { isIP } from "node:net";
import type { Destination, Route } from "../call/index.ts";
import { parseSipUri, type SipAddress } from "../sip/index.ts";

/** The way to a called party: numbers and users of Voice Connectors go to the trunk, a SIP URI to its own host, which must be an IP
 * address since names are not resolved. undefined: there is none. */
export function findRoute(destination: Destination, trunk: SipAddress | undefined): Route | undefined {
  if (destination.type !== "uri") return trunk === undefined ? undefined : { nextHop: trunk, uri: undefined };
  const uri = parseSipUri(destination.uri);
  const host = uri?.host === "localhost" ? "127.0.0.1" : (uri?.host.replace(/^\[|\]$/g, "") ?? "");
  if (uri === undefined || uri.scheme !== "sip" || isIP(host) === 0) return undefined;
  const transport = /;transport=tcp\b/i.test(uri.text) ? "tcp" : "udp";
  return { nextHop: { transport, host, port: uri.port ?? 5060 }, uri: uri.text };
}

/** The address that this server calls itself by: its first listener, loopback when that listens everywhere. */
export function ownAddress(listeners: readonly SipAddress[]): SipAddress {
  const [first] = listeners;
  if (first === undefined) throw new Error("a user agent has at least one listener");
  const loopback = { "0.0.0.0": "127.0.0.1", "::": "::1" }[first.host];
  return loopback === undefined ? first : { ...first, host: loopback };
}
