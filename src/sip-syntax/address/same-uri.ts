import { askedTransport, uriParameter, type ParsedUri } from "./uri.ts";

/** Parameters that count also where only one of two URIs has them. */
const decisive = ["user", "ttl", "method", "maddr"];
/** Most parameters that are compared. */
const most = 32;

/** Whether two SIP URIs mean the same: user and host, port, transport, and those parameters that both have. RFC 3261 §19.1.4 */
export function isSameUri(one: ParsedUri, other: ParsedUri): boolean {
  const isSamePlace =
    one.scheme === other.scheme && one.user === other.user && one.host === other.host && one.port === other.port;
  if (!isSamePlace || one.text === other.text) return isSamePlace;
  if (nameOf(one) !== nameOf(other)) return false;
  const same = (name: string) => uriParameter(one, name)?.toLowerCase() === uriParameter(other, name)?.toLowerCase();
  const shared = namesOf(one).filter((name) => uriParameter(other, name) !== undefined);
  return [...decisive, ...shared].every(same);
}

function nameOf(uri: ParsedUri): string {
  const asked = askedTransport(uri);
  return typeof asked === "string" ? asked : asked.name;
}

function namesOf({ parameterText }: ParsedUri): readonly string[] {
  return parameterText
    .split(";", most + 1)
    .slice(1)
    .map((part) => (part.split("=", 1)[0] ?? "").trim().toLowerCase());
}
