import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";
import { hostname } from "node:os";
import { parseHostPort } from "../sip-syntax/index.ts";
import { refuse } from "./refuse.ts";

/** A host name has 253 characters at most; its port and the colon come to that. */
const longestHost = 260;

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Whether an address is one of this machine that nobody else reaches. */
export function isLoopback(address: string): boolean {
  const ip = withoutMappedPrefix(address);
  return isIP(ip) !== 0 && loopback.check(ip, isIPv6(ip) ? "ipv6" : "ipv4");
}

/** The parts of a request by which it is decided whether it is for this server. */
type HostRequest = Pick<IncomingMessage, "headers"> & {
  readonly socket: Pick<IncomingMessage["socket"], "localAddress">;
};

/** Makes the check that a request is for this server and does not come from a web page of another origin; the check throws `API_FORBIDDEN`.
 * Without it, any page that the user of this machine visits could place calls through a server on loopback: browsers tell the page's origin in
 * each request that can change something, and a page whose name resolves to this server (DNS rebinding) names itself in Host. Neither is
 * believed for itself: Host must be a loopback name or address, the address that the request came to, the name of this machine, or one of
 * `names`. Contract: api-host-check
 * @param origins of further pages that may */
export function createHostCheck(
  names: readonly string[],
  origins: readonly string[] = [],
): (request: HostRequest) => void {
  const own = new Set([hostname(), ...names].map((name) => canonical(name.toLowerCase())));
  const isOwn = (host: string, localAddress: string | undefined) => {
    if (isOfService(host)) return true;
    if (host === "localhost" || host.endsWith(".localhost") || own.has(host)) return true;
    if (isIP(host) === 0) return false;
    return loopback.check(host, isIPv6(host) ? "ipv6" : "ipv4") || host === withoutMappedPrefix(localAddress ?? "");
  };

  return ({ headers: { host, origin }, socket }) => {
    const name = host === undefined ? undefined : hostOf(host);
    if (name === undefined || !isOwn(name, socket.localAddress)) throw foreignHost(host);
    if (origin === undefined || origin === `http://${host}` || origin === `https://${host}`) return;
    if (origins.includes(origin)) return;
    throw refuse("API_FORBIDDEN", `Web pages of ${origin.slice(0, longestHost)} may not use this API.`);
  };
}

/** Whether a host is one by which clients call the service itself, in any Region: who points that name at this server means it. Nobody else can
 * have a page there. Contract: api-regional-hosts */
function isOfService(host: string): boolean {
  return /^(?:(?:voice-chime|meetings-chime)(?:-fips)?|chime)\.[a-z0-9-]{1,32}\.(?:amazonaws\.com|api\.aws)$|^service\.chime\.aws\.amazon\.com$/.test(
    host,
  );
}

function foreignHost(host: string | undefined): Error {
  if (host === undefined) return refuse("API_FORBIDDEN", "The request has no Host header; it must name this server.");
  const shown = JSON.stringify(host.slice(0, longestHost));
  return refuse(
    "API_FORBIDDEN",
    `The request is for the host ${shown}, which is no name of this server. If it is one, add it to api.hosts in the configuration, or to the variable OFFHOOK_API_HOSTS.`,
  );
}

/** The host of a Host header, in lower case, without port, brackets or the dot at the end; undefined when it is none. */
function hostOf(header: string): string | undefined {
  if (header.length > longestHost) return undefined;
  const host = parseHostPort(header.toLowerCase())?.host;
  if (header.startsWith("[")) return host !== undefined && isIPv6(host) ? canonical(host) : undefined;
  return host?.replace(/\.$/, "");
}

/** The shortest form of an IPv6 address; all else as it is. */
function canonical(host: string): string {
  return isIPv6(host) ? new URL(`http://[${host}]`).hostname.slice(1, -1) : host;
}

/** A socket for both families shows IPv4 addresses as ::ffff:a.b.c.d. */
function withoutMappedPrefix(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "");
}
