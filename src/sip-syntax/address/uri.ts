import { parseParameters, withoutParameters } from "../header/headers.ts";
import { parseHostPort, withBrackets } from "./host.ts";
import { plainUser, readSubscriber } from "./subscriber.ts";
import { findTransport, transportNamed, type Transport, type TransportName } from "./transports.ts";
import { splitUserInfo } from "./user-info.ts";

/** The parts of a SIP or SIPS URI that callers of this room need. RFC 3261 §19.1 */
export interface SipUri {
  readonly scheme: "sip" | "sips" | "tel";
  /** A telephone number without its separators and parameters (RFC 3966), else the user part without escapes; "" when there is none. */
  readonly user: string;
  /** Host in lower case; "" for tel. */
  readonly host: string;
  readonly port: number | undefined;
  /** The URI as it stood. */
  readonly text: string;
}

/** A URI with its parameters, for routing decisions inside this room. */
export interface ParsedUri extends SipUri {
  /** Text from the first ";" after the host (empty when none). */
  readonly parameterText: string;
}

const schemePattern = /^[A-Za-z][A-Za-z0-9+.-]*:/;
// Nothing that could end a header line or leave the angle brackets.
// oxlint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u0020<>"\u007f]/;
const telPattern = /^[0-9A-Fa-f*#+().-]+$/;

/** The scheme of any URI in lower case, "" when there is none. */
export function uriScheme(text: string): string {
  return schemePattern.test(text) ? text.slice(0, text.indexOf(":")).toLowerCase() : "";
}

/** Reads a SIP, SIPS or tel URI (no angle brackets). Undefined when it is another scheme or malformed. RFC 3261 §19.1, RFC 3966 */
export function parseSipUri(text: string): ParsedUri | undefined {
  const scheme = uriScheme(text);
  if (forbidden.test(text)) return undefined;
  if (scheme === "tel") return parseTel(text);
  if (scheme !== "sip" && scheme !== "sips") return undefined;
  const { user: written, rest: afterUser } = splitUserInfo(text.slice(scheme.length + 1));
  if (written === "") return undefined;
  const user = written === undefined ? "" : plainUser(written);
  const end = firstBehindHost(afterUser);
  const at = parseHostPort(end < 0 ? afterUser : afterUser.slice(0, end));
  if (at === undefined || at.port === 0 || user === undefined) return undefined;
  const parameterText = end < 0 ? "" : withoutHeaders(afterUser.slice(end));
  return { scheme, user, host: at.host.toLowerCase(), port: at.port, text, parameterText };
}

/** A URI as it may stand in a request line: without its headers and its `method`, which say what is sent there and not to whom.
 * RFC 3261 §19.1.1, §12.2.1.1 */
export function asRequestUri(text: string): string {
  const scheme = uriScheme(text);
  if (scheme !== "sip" && scheme !== "sips") return text;
  const { rest } = splitUserInfo(text.slice(scheme.length + 1));
  const before = text.slice(0, text.length - rest.length);
  return before + withoutParameters(withoutHeaders(rest), ["method"]);
}

function firstBehindHost(text: string): number {
  const parameters = text.indexOf(";");
  const headers = text.indexOf("?");
  return parameters < 0 || (headers >= 0 && headers < parameters) ? headers : parameters;
}

function withoutHeaders(text: string): string {
  const question = text.indexOf("?");
  return question < 0 ? text : text.slice(0, question);
}

/** The value of a URI parameter ("" for a flag such as lr), undefined when absent. */
export function uriParameter(uri: ParsedUri, name: string): string | undefined {
  return uri.parameterText === "" ? undefined : parseParameters(uri.parameterText).get(name);
}

/** The transport that a URI asks for: what `transport` names, and of a sips: URI TLS over what it names (RFC 3261 §26.2.2).
 * "none": it asks for none; "unknown": for one that is not spoken here. */
export function askedTransport(uri: ParsedUri): Transport<TransportName> | "none" | "unknown" {
  const named = uriParameter(uri, "transport");
  const transport = named === undefined ? "none" : (findTransport(named) ?? "unknown");
  if (uri.scheme !== "sips" || transport === "unknown") return transport;
  if (transport === "none") return transportNamed("tls");
  return transport.secured === undefined ? "unknown" : transportNamed(transport.secured);
}

/** Builds `sip:user@host:port`, or `sips:` where it says so: the user part is escaped, an IPv6 host gets its brackets. The usual transport is left out. */
export function printSipUri(parts: {
  readonly user: string;
  readonly host: string;
  readonly port?: number | undefined;
  readonly transport?: TransportName | undefined;
  readonly isSips?: boolean;
}): string {
  const user = parts.user === "" ? "" : `${escapeUser(parts.user)}@`;
  const port = parts.port === undefined ? "" : `:${parts.port}`;
  const asked = parts.transport === undefined ? undefined : transportNamed(parts.transport).uriParameter;
  const transport = asked === undefined ? "" : `;transport=${asked}`;
  const scheme = parts.isSips === true ? "sips" : "sip";
  return `${scheme}:${user}${withBrackets(parts.host)}${port}${transport}`;
}

function parseTel(text: string): ParsedUri | undefined {
  const rest = text.slice(4);
  const end = rest.indexOf(";");
  const head = end < 0 ? rest : rest.slice(0, end);
  if (!telPattern.test(head)) return undefined;
  const user = readSubscriber(rest)?.number ?? head;
  const parameterText = end < 0 ? "" : rest.slice(end);
  return { scheme: "tel", user, host: "", port: undefined, text, parameterText };
}

const loneSurrogate = /[\ud800-\udfff]/gu;
const plainInUser = /^[A-Za-z0-9+_-]*$/;
const reservedInUser = /[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/gu;

function escapeUser(user: string): string {
  if (plainInUser.test(user)) return user;
  return user.replace(loneSurrogate, "\ufffd").replace(reservedInUser, (character) => encodeURIComponent(character));
}
