import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { AppError } from "../kernel/index.ts";
import {
  askedTransport,
  parseSipUri,
  printSipUri,
  transportNamed,
  transportWords,
  uriParameter,
  usualTransport,
} from "../sip-syntax/index.ts";
import type { SipAddress } from "../sip/index.ts";

/** Whom an outbound call is for, and where its INVITE goes. */
export interface Destination {
  readonly uri: string;
  readonly user: string;
  /** `host` may still be a name. */
  readonly nextHop: SipAddress;
}

/** Reads a SIP URI to call. `nextHop` defaults to its host, port and transport. Throws `PHONE_BAD_ADDRESS`. */
export function parseDestination(uri: string, nextHop?: SipAddress): Destination {
  const parsed = parseSipUri(uri);
  if (parsed === undefined || parsed.scheme === "tel" || parsed.host === "") {
    throw badAddress(uri, "a SIP URI such as sip:+12065550100@127.0.0.1:5060 is needed");
  }
  const asked = askedTransport(parsed);
  if (asked === "unknown" || (asked !== "none" && asked.records === undefined)) {
    throw badAddress(uri, `this phone speaks ${transportWords("and")}, not ${uriParameter(parsed, "transport")}`);
  }
  const transport = asked === "none" ? usualTransport : asked;
  return {
    uri,
    user: parsed.user,
    nextHop: nextHop ?? { transport: transport.name, host: parsed.host, port: parsed.port ?? transport.defaultPort },
  };
}

/** The SIP URI for what a person dials: a SIP URI as it is, anything else as a user at `server` (host, or host:port).
 * Throws `PHONE_BAD_ADDRESS`. */
export function dialledUri(dialled: string, server: string): string {
  if (/^sips?:/i.test(dialled)) return parseDestination(dialled).uri;
  if (/[\s@<>"]|^$/.test(dialled)) throw badAddress(dialled, "a telephone number or a SIP URI is needed");
  const at = parseSipUri(`sip:${server}`);
  if (at === undefined || at.user !== "" || at.host === "") throw badAddress(server, "a server is host or host:port");
  return printSipUri({ user: dialled, host: at.host, port: at.port ?? usualTransport.defaultPort });
}

/** Replaces a host name by its first address. Rejects as `dns.lookup` does. */
export async function resolveHost(address: SipAddress): Promise<SipAddress> {
  if (isIP(address.host) !== 0) return address;
  const { address: host } = await lookup(address.host);
  return { ...address, host, ...(transportNamed(address.transport).isSecure ? { domain: address.host } : {}) };
}

/** The address of a host name in a session description. Rejects as `dns.lookup` does. */
export async function lookUpHost({
  name,
  family,
}: {
  readonly name: string;
  readonly family: number;
}): Promise<string> {
  return (await lookup(name, { family })).address;
}

function badAddress(text: string, wanted: string): AppError {
  return new AppError("PHONE_BAD_ADDRESS", `"${text}" cannot be called: ${wanted}`);
}
