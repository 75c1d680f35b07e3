import { isIPv6, SocketAddress } from "node:net";
import { parseHostPort } from "./host.ts";
import { uriScheme } from "./uri.ts";
import { splitUserInfo } from "./user-info.ts";

/** Parameters that count also where only one of two URIs has them; `transport` is among them since it has a usual value. */
const decisive = ["user", "ttl", "method", "maddr", "transport"];

/** The components of a SIP or SIPS URI, each in the one form in which it can be compared. */
interface Comparable {
  readonly scheme: string;
  /** With its password; undefined: there is none. */
  readonly userInfo: string | undefined;
  readonly host: string;
  readonly port: number | undefined;
  readonly parameters: ReadonlyMap<string, string>;
  /** In one order. */
  readonly headers: string;
}

/** Whether two SIP or SIPS URIs mean the same. What is no such URI is the same only as its own text. RFC 3261 §19.1.4, RFC 5954 §4.2 */
export function isSameUri(one: string, other: string): boolean {
  if (one === other) return true;
  const [first, second] = [read(one), read(other)];
  return first !== undefined && second !== undefined && isSame(first, second);
}

function isSame(one: Comparable, other: Comparable): boolean {
  const { scheme, userInfo, host, port, headers } = other;
  const isSamePlace = one.scheme === scheme && one.userInfo === userInfo && one.host === host && one.port === port;
  if (!isSamePlace || one.headers !== headers) return false;
  const shared = [...one.parameters.keys()].filter((name) => other.parameters.has(name));
  return [...decisive, ...shared].every((name) => one.parameters.get(name) === other.parameters.get(name));
}

function read(text: string): Comparable | undefined {
  const scheme = uriScheme(text);
  if (scheme !== "sip" && scheme !== "sips") return undefined;
  const body = text.slice(scheme.length + 1);
  const { user, rest } = splitUserInfo(body);
  const [place, headers] = cut(rest, "?");
  const [hostPort, parameters = ""] = cut(place, ";");
  const at = parseHostPort(hostPort);
  if (at === undefined) return undefined;
  return {
    ...{ scheme, host: plainHost(at.host), port: at.port },
    // Case counts here, and nowhere else.
    userInfo: user === undefined ? undefined : plain(body.slice(0, body.length - rest.length - 1)),
    parameters: new Map(readPairs(parameters, ";")),
    headers: readPairs(headers ?? "", "&")
      .map((pair) => pair.join("="))
      .toSorted()
      .join("&"),
  };
}

function cut(text: string, separator: string): readonly [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function readPairs(text: string, separator: string): (readonly [name: string, value: string])[] {
  return text
    .split(separator)
    .filter((part) => part !== "")
    .map((part) => {
      const [name, value = ""] = cut(plain(part).toLowerCase(), "=");
      return [name, value] as const;
    });
}

/** An escape is the same as the character that it stands for, unless that is reserved. */
function plain(text: string): string {
  return text.replace(/%[\da-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w.!~*'()-]/.test(character) ? character : escape.toUpperCase();
  });
}

/** An IPv6 address has many spellings. */
function plainHost(host: string): string {
  return isIPv6(host) ? new SocketAddress({ address: host, family: "ipv6" }).address : host.toLowerCase();
}
