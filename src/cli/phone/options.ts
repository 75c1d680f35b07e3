import { InvalidArgumentError } from "commander";
import { isIP } from "node:net";
import { findTransport, isToken, parseHostPort, usualTransport } from "../../sip-syntax/index.ts";
import type { SipAddress, SipHeader } from "../../phone/index.ts";

/** Reads `udp://127.0.0.1:5070`; the transport may be left out, and the port (then a free one is taken). */
export function parseListen(text: string): SipAddress {
  const [, name = usualTransport.name, authority = ""] = /^(?:([a-z]+):\/\/)?(.+)$/.exec(text) ?? [];
  const transport = findTransport(name);
  const at = parseHostPort(authority);
  if (transport?.records === undefined || at === undefined || isIP(at.host) === 0) {
    throw new InvalidArgumentError("An address such as udp://127.0.0.1:5070 or tcp://0.0.0.0:5070 is needed.");
  }
  return { transport: transport.name, host: at.host, port: at.port ?? 0 };
}

/** Adds `X-Name: value` to the headers so far. */
export function parseHeader(text: string, earlier: readonly SipHeader[] = []): readonly SipHeader[] {
  const colon = text.indexOf(":");
  const name = text.slice(0, Math.max(0, colon)).trimEnd();
  if (!isToken(name)) {
    throw new InvalidArgumentError('A header such as "X-Account: 42" is needed.');
  }
  return [...earlier, { name, value: text.slice(colon + 1).trimStart() }];
}

/** Reads a whole number of milliseconds, 0 to a day. */
export function parseMs(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 86_400_000) return value;
  throw new InvalidArgumentError("A whole number of milliseconds is needed, at most 86400000 (a day).");
}

/** Reads the status of a refusal. */
export function parseStatus(text: string): number {
  if (/^[456]\d\d$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A SIP status from 400 to 699 is needed, for example 486 (busy) or 603 (declined).");
}

/** Reads keys of a telephone. */
export function parseKeys(text: string): string {
  if (/^[0-9*#A-D,]+$/i.test(text)) return text.toUpperCase();
  throw new InvalidArgumentError("Keys are 0-9 * # A-D; a comma waits half a second.");
}
