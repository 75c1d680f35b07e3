import { isIP } from "node:net";
import { findTransport, isHostName, parseHostPort, usualTransport } from "../../sip-syntax/index.ts";
import type { SipAddress, SipTarget } from "../../sip/index.ts";

const defaultApiPort = 8080;

/** Where the API listens. */
export interface ApiAddress {
  readonly address: string;
  readonly port: number;
  readonly basePath: string;
  /** Whether requests come over TLS. */
  readonly isSecure: boolean;
}

/** Reads `udp://127.0.0.1:5060` or `tcp://[::1]:5060`; undefined when it is not of that form. Without a port it is that
 * of the transport. */
export function parseListenAddress(text: string): SipAddress | undefined {
  const [, name = "", where = ""] = /^([a-z]+):\/\/([^/?#@]+)$/.exec(text) ?? [];
  const transport = findTransport(name);
  const authority = transport && parseAuthority(where, transport.defaultPort);
  return transport && authority && { transport: transport.name, ...authority };
}

/** As `parseListenAddress`, or with a host name, of which records may tell transport and port (RFC 3263), and `sip:192.0.2.1:5060` with an optional transport, such as `;transport=tcp`, or `sips:`. RFC 3261 §19.1.1
 * The port is never 0. */
export function parseTarget(text: string): SipTarget | undefined {
  const [, sips, inUri, parameter = sips && "tls"] = /^sip(s?):([^;@?/]+)(?:;transport=([a-z]+))?$/i.exec(text) ?? [];
  const [, scheme, inUrl] = /^([a-z]+):\/\/([^/?#@]+)$/.exec(text) ?? [];
  const named = parameter || scheme;
  if (sips && named?.toLowerCase() !== "tls") return undefined;
  const transport = named === undefined ? undefined : findTransport(named);
  const where = inUri ?? inUrl ?? "";
  const at = parseHostPort(where);
  if (at === undefined || at.port === 0 || (named !== undefined && !transport?.records)) return undefined;
  const address = parseHost(where.startsWith("[") ? `[${at.host}]` : at.host);
  const { name, defaultPort } = transport ?? usualTransport;
  if (address !== undefined) return { transport: name, host: address, port: at.port ?? defaultPort };
  if (!isHostName(at.host)) return undefined;
  return { transport: transport?.name, host: at.host.toLowerCase(), port: at.port };
}

/** Why a target cannot have `symmetric` of its own, for people; undefined: it can. What a peer is told by is the address that it sends from. */
export function whyNotSymmetric(target: SipTarget | undefined, symmetric: boolean | undefined): string | undefined {
  if (target === undefined || symmetric === undefined || isIP(target.host) !== 0) return undefined;
  return `symmetric needs an IP address, and found the name "${target.host}"; sip.symmetric is for all peers`;
}

/** Reads `http://127.0.0.1:8080/base`, or the same with `https`; undefined when it is not of that form. Without a port it is 8080. */
export function parseApiAddress(text: string): ApiAddress | undefined {
  const [, secure, where = "", basePath = ""] =
    /^http(s?):\/\/([^/?#@]+)((?:\/[A-Za-z0-9._~-]+)*)\/?$/.exec(text) ?? [];
  const authority = parseAuthority(where, defaultApiPort);
  return authority && { address: authority.host, port: authority.port, basePath, isSecure: secure === "s" };
}

/** An IP address as sockets take it, without brackets; "localhost" is 127.0.0.1; undefined for anything else. */
export function parseHost(text: string): string | undefined {
  if (text.toLowerCase() === "localhost") return "127.0.0.1";
  const bare = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  if (isIP(bare) === 0 || (bare !== text && isIP(bare) !== 6)) return undefined;
  return bare;
}

/** Whether only this machine can reach `host`. */
export function isLoopback(host: string): boolean {
  return host === "::1" || host.startsWith("127.");
}

function parseAuthority(text: string, defaultPort: number): { host: string; port: number } | undefined {
  const parsed = parseHostPort(text);
  const host = parseHost(text.startsWith("[") ? `[${parsed?.host}]` : (parsed?.host ?? ""));
  return host === undefined ? undefined : { host, port: parsed?.port ?? defaultPort };
}
