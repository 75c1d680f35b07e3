/** A telephone number with what stands behind it. RFC 3966 §3 */
export interface Subscriber {
  /** Without visual separators: `+12065550111`, or the digits, `*` and `#` of a local number. */
  readonly number: string;
  /** By their names in lower case, without escapes: `phone-context`, `isub`, `ext`, `verstat`, `cpc`, `rn`, `tgrp` and so on. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** A number has 15 digits at most; what is longer than this is none, whatever follows it. */
const longest = 2_048;
const longestNumber = 40;

/** Parameters of telephone numbers: RFC 3966, RFC 4694, RFC 4904, RFC 4715, RFC 4759, RFC 7852, RFC 8224 and what carriers send beside them. */
const knownParameters = new Set(
  [
    ...["ext", "isub", "isub-encoding", "phone-context", "postd", "user", "phone"],
    ...["rn", "rn-context", "cic", "cic-context", "npdi", "enumdi", "tgrp", "trunk-context"],
    ...["verstat", "cpc", "oli", "isup-oli", "noa", "npi", "dai", "rnc"],
  ].map((name) => name.toLowerCase()),
);

/** Reads a telephone subscriber: the user part of a sip: or sips: URI, with or without its escapes, or what follows `tel:`. A local number
 * whose `phone-context` is the beginning of international numbers becomes one. undefined: it is no telephone number.
 * RFC 3966 §3, RFC 3261 §19.1.6 */
export function readSubscriber(text: string): Subscriber | undefined {
  const plain = text.length > longest ? undefined : withoutEscapes(text);
  if (plain === undefined) return undefined;
  const end = plain.indexOf(";");
  const head = end < 0 ? plain : plain.slice(0, end);
  const parameters = end < 0 ? noParameters : readParameters(plain.slice(end + 1));
  const number = readNumber(head, parameters.has("phone-context"));
  if (number === undefined) return undefined;
  return { number: inContext(number, parameters.get("phone-context") ?? ""), parameters };
}

/** The user part of a URI as people know it: a telephone number without separators and parameters, anything else without escapes. undefined:
 * its escapes are wrong. */
export function plainUser(text: string): string | undefined {
  const subscriber = readSubscriber(text);
  if (subscriber !== undefined) return subscriber.number;
  const plain = withoutEscapes(text);
  const end = plain?.indexOf(";") ?? -1;
  if (plain === undefined || end <= 0 || text.length > longest) return plain;
  const isTelephone = [...readParameters(plain.slice(end + 1)).keys()].every((name) => knownParameters.has(name));
  return isTelephone ? plain.slice(0, end) : plain;
}

const noParameters: ReadonlyMap<string, string> = new Map();

/** The text of a user part without its escapes; undefined: they are wrong. RFC 3261 §19.1.2 */
export function withoutEscapes(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const ipv4Address = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const separators = /[\s().-]/g;
const international = /^\+\d+$/;
const local = /^[\d*#]+$/;
const anyDigit = /\d/;
const localWithLetters = /^[\da-f*#]+$/i;

/** Digits A to D, and to F, count only where the sender says that it is a number: words are made of them too. */
function readNumber(head: string, hasContext: boolean): string | undefined {
  if (head.length > longestNumber || ipv4Address.test(head)) return undefined;
  const digits = head.replace(separators, "");
  if (international.test(digits) || (local.test(digits) && anyDigit.test(digits))) return digits;
  return hasContext && localWithLetters.test(digits) ? digits : undefined;
}

/** The first of two parameters of one name counts. */
function readParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const part of text.split(";")) {
    const equals = part.indexOf("=");
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (name !== "" && !parameters.has(name)) parameters.set(name, equals < 0 ? "" : part.slice(equals + 1).trim());
  }
  return parameters;
}

/** A number behind the digits that all numbers of its context begin with, where that makes a full one. RFC 3966 §5.1.5
 * In North America no number begins with 1: where one does, that is the country code once more. */
function inContext(number: string, context: string): string {
  if (context === "") return number;
  const prefix = context.replace(/[().-]/g, "");
  if (prefix === "+1" && /^1\d{10}$/.test(number)) return `+${number}`;
  const whole = `${prefix}${number}`;
  const fits = /^\+\d{1,14}$/.test(prefix) && /^[1-9]\d+$/.test(number) && /^\+[1-9]\d{7,14}$/.test(whole);
  return fits ? whole : number;
}
