import {
  askedTransport,
  isOfBrowsers,
  parseNameAddr,
  parseSipUri,
  transportWords,
  uriParameter,
  uriScheme,
  type SipMessage,
} from "../../sip-syntax/index.ts";
import type { RequestRefusal } from "../dialog/session-effects.ts";

/** A contact that a REGISTER asks for. */
export interface WantedContact {
  /** A SIP or SIPS URI. */
  readonly uri: string;
  /** Seconds; 0: it is to be removed. */
  readonly expiresS: number;
  /** As it was written, 0 to 1; undefined: none. RFC 3261 §20.10 */
  readonly q: string | undefined;
  /** `<urn:...>`, the name of the device. RFC 5626 §4.1 */
  readonly instance: string | undefined;
  /** Number of the flow of that device; undefined without outbound. RFC 5626 §4.2 */
  readonly regId: number | undefined;
  /** Whether it wants URIs by which this device alone is called. RFC 5627 §4.2 */
  readonly wantsGruu: boolean;
}

/** What a REGISTER asks for. */
export interface Registration {
  readonly callId: string;
  readonly seq: number;
  /** "none": it only asks what there is; "remove-all": its Contact is "*". */
  readonly contacts: readonly WantedContact[] | "none" | "remove-all";
  /** The proxies between us and the phone, ours first. RFC 3327 §5 */
  readonly path: readonly string[];
}

/** What a contact that names no time gets, seconds. RFC 3261 §10.2 */
const usualExpiresS = 3_600;
/** Most contacts of one account, and in one REGISTER. */
export const mostContacts = 10;
const longestContact = 512;
const mostPaths = 8;
const longestPath = 512;
/** Of 100 digits no more is known than that it is long. */
const longestExpiresS = 2 ** 32 - 1;

/** Reads a REGISTER. RFC 3261 §10.3, RFC 5626 §6, RFC 3327 §5.3 */
export function readRegistration(request: SipMessage): Registration | { readonly refusal: RequestRefusal } {
  const path = readPath(request);
  if (path === undefined)
    return bad(
      `its Path has more than ${mostPaths} proxies, or one that is no SIP URI with at most ${longestPath} characters`,
    );
  const isDirect = path.length === 0 && request.list("via").length === 1;
  const takesOutbound = isDirect || path.some((one) => /[;]ob(?:[;>=]|$)/.test(one));
  const contacts = readContacts(request, {
    takesOutbound,
    leadsOn: path.length > 0,
    isOpenedByPhone: isOfBrowsers(request.via?.transport),
  });
  if ("refusal" in contacts) return contacts;
  return { callId: request.callId, seq: request.cseq?.number ?? 0, contacts: contacts.read, path };
}

type ContactsReading = { readonly read: Registration["contacts"] } | { readonly refusal: RequestRefusal };

/** The way to the phone: whether its first hop takes outbound, and whether proxies lead on to it, by whatever they speak with it. */
interface Way {
  readonly takesOutbound: boolean;
  readonly leadsOn: boolean;
  /** It came by a transport by which its sender is called over what he opened. */
  readonly isOpenedByPhone: boolean;
}

function readContacts(request: SipMessage, way: Way): ContactsReading {
  const values = request.list("contact");
  if (values.length === 0)
    return request.first("contact") === undefined ? { read: "none" } : bad("its Contact is empty");
  if (values.length > mostContacts) {
    const why = `it has ${values.length} contacts; an account has ${mostContacts} at most`;
    return { refusal: { cause: "too-many-contacts", why } };
  }
  if (values.some((value) => value.trim() === "*")) {
    const isRight = values.length === 1 && /^0+$/.test(request.first("expires") ?? "");
    return isRight ? { read: "remove-all" } : bad('Contact "*" stands alone, and with Expires: 0');
  }
  const takesOutbound = request.lists("supported", "outbound");
  const wantsGruu = request.lists("supported", "gruu");
  const otherwiseS = readSeconds(request.first("expires")) ?? usualExpiresS;
  const read: WantedContact[] = [];
  for (const value of values) {
    const contact = readContact(value, { otherwiseS, takesOutbound, wantsGruu });
    if ("refusal" in contact) return contact;
    if (contact.expiresS > 0 && !way.leadsOn) {
      const why = whyUnreachable(contact.uri, way);
      if (why !== undefined) return { refusal: { cause: "unreachable-contact", why, reason: `Bad Request (${why})` } };
    }
    if (contact.regId !== undefined && !way.takesOutbound) {
      const why = "it wants outbound, and the proxy between says nothing of it (RFC 5626)";
      return { refusal: { cause: "no-outbound-on-first-hop", why } };
    }
    read.push(contact);
  }
  return { read };
}

function readContact(
  value: string,
  asked: { readonly otherwiseS: number; readonly takesOutbound: boolean; readonly wantsGruu: boolean },
): WantedContact | { readonly refusal: RequestRefusal } {
  const contact = parseNameAddr(value);
  if (contact === undefined) return bad("a Contact cannot be read");
  const { uri, parameters } = contact;
  const scheme = uriScheme(uri);
  if (scheme !== "" && scheme !== "sip" && scheme !== "sips")
    return bad(`the scheme of a Contact is ${scheme.slice(0, 40)}; taken are sip and sips`);
  if (uri.length > longestContact) return bad(`a Contact has more than ${longestContact} characters`);
  if (parseSipUri(uri) === undefined) return bad("the URI of a Contact cannot be read");
  const q = parameters.get("q");
  if (q !== undefined && !/^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q)) return bad("q of a Contact is from 0 to 1");
  const instance = readInstance(parameters.get("+sip.instance"));
  const regId = instance === undefined || !asked.takesOutbound ? undefined : readRegId(parameters.get("reg-id"));
  return {
    ...{ uri, q, instance, regId },
    expiresS: readSeconds(parameters.get("expires")) ?? asked.otherwiseS,
    wantsGruu: asked.wantsGruu && instance !== undefined,
  };
}

/** Why no request of ours comes to a contact. */
function whyUnreachable(uri: string, { isOpenedByPhone: isOpened }: Way): string | undefined {
  const parsed = parseSipUri(uri);
  const asks = parsed === undefined ? "none" : askedTransport(parsed);
  if (parsed === undefined || asks === "none") return undefined;
  if (asks !== "unknown" && (isOpened || asks.records !== undefined)) return undefined;
  const asked = `${parsed.scheme}: with transport=${uriParameter(parsed, "transport")
    ?.replace(/[^\w.-]/g, "")
    .slice(0, 20)}`;
  return `a Contact is ${asked}, by which nothing is sent here; taken are ${transportWords("and")}`;
}

/** What is no number counts as absent. RFC 3261 §20.10, §20.19 */
function readSeconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  return Math.min(Number(text), longestExpiresS);
}

function readInstance(text: string | undefined): string | undefined {
  return text !== undefined && /^<urn:[\w:.-]{1,200}>$/i.test(text) ? text : undefined;
}

function readRegId(text: string | undefined): number | undefined {
  const id = /^\d{1,9}$/.test(text ?? "") ? Number(text) : 0;
  return id === 0 ? undefined : id;
}

/** undefined: it is none. */
function readPath(request: SipMessage): readonly string[] | undefined {
  const path = request.list("path");
  const isGood = (value: string) =>
    value.length <= longestPath && parseSipUri(parseNameAddr(value)?.uri ?? "")?.host !== undefined;
  return path.length <= mostPaths && path.every(isGood) ? path : undefined;
}

function bad(why: string): { readonly refusal: RequestRefusal } {
  return { refusal: { cause: "malformed", why, reason: `Bad Request (${why.replaceAll('"', "")})` } };
}
