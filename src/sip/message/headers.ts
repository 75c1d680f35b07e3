import type { SipHeader } from "../types.ts";

/** A header field with the lower-case long form of its name, by which it is looked up. */
export interface HeaderField extends SipHeader {
  readonly key: string;
}

/** Compact forms. RFC 3261 §7.3.3 and the registry of later RFCs. */
const longNames: Readonly<Record<string, string>> = {
  a: "accept-contact",
  b: "referred-by",
  c: "content-type",
  d: "request-disposition",
  e: "content-encoding",
  f: "from",
  i: "call-id",
  j: "reject-contact",
  k: "supported",
  l: "content-length",
  m: "contact",
  o: "event",
  r: "refer-to",
  s: "subject",
  t: "to",
  u: "allow-events",
  v: "via",
  x: "session-expires",
  y: "identity",
};

const usualSpellings = [
  ..."Via,From,To,Call-ID,CSeq,Contact,Max-Forwards,Content-Type,Content-Length,Allow,Supported,Require".split(","),
  ..."User-Agent,Server,Route,Record-Route,Session-Expires,Min-SE,Accept,Expires,Date,Reason,Subject".split(","),
  ..."P-Asserted-Identity,Privacy,Diversion,User-to-User,Timestamp,Content-Disposition,Allow-Events".split(","),
  ..."CSEQ,Call-Id,CALL-ID".split(","),
];

/** Known spellings to their keys, so that the common case needs no new string. */
const knownKeys: ReadonlyMap<string, string> = new Map([
  ...usualSpellings.map((name): [string, string] => [name, name.toLowerCase()]),
  ...usualSpellings.map((name): [string, string] => [name.toLowerCase(), name.toLowerCase()]),
  ...Object.entries(longNames),
  ...Object.entries(longNames).map(([short, long]): [string, string] => [short.toUpperCase(), long]),
]);

const tokenPattern = /^[A-Za-z0-9\-.!%*_+`'~]+$/;

/** Whether `text` is a token: a method or a header name. RFC 3261 §25.1 */
export function isToken(text: string): boolean {
  return tokenPattern.test(text);
}

/** The lookup key of a spelled name (any case, long or compact); undefined when it is not a token. */
export function headerKey(name: string): string | undefined {
  const known = knownKeys.get(name);
  if (known !== undefined) return known;
  return isToken(name) ? name.toLowerCase() : undefined;
}

/** The value of the first header called `name` (any case, long or compact form), or undefined. */
export function headerValue(headers: readonly SipHeader[], name: string): string | undefined {
  const key = headerKey(name);
  if (key === undefined) return undefined;
  return headers.find((header) => headerKey(header.name) === key)?.value;
}

/** Splits a comma list, minding quoted strings and angle brackets. Blank elements are left out. RFC 3261 §7.3.1 */
export function splitList(value: string): string[] {
  if (!value.includes(",")) return value === "" ? [] : [value.trim()];
  const elements: string[] = [];
  for (let start = 0; start <= value.length;) {
    const end = elementEnd(value, start);
    const element = value.slice(start, end).trim();
    if (element !== "") elements.push(element);
    start = end + 1;
  }
  return elements;
}

/** Index of the comma that ends the list element at `start`, or the length of `value`. */
export function elementEnd(value: string, start: number): number {
  let isQuoted = false;
  let isBracketed = false;
  for (let index = start; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (isQuoted) {
      if (code === 0x5c) index++;
      else if (code === 0x22) isQuoted = false;
    } else if (code === 0x22) isQuoted = true;
    else if (code === 0x3c) isBracketed = true;
    else if (code === 0x3e) isBracketed = false;
    else if (code === 0x2c && !isBracketed) return index;
  }
  return value.length;
}

/** Reads `;name=value` parameters; names in lower case, quotes removed, a flag has the value "". The first of two wins. */
export function parseParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (let start = text.indexOf(";"); start >= 0 && start < text.length;) {
    const end = parameterEnd(text, start + 1);
    const equals = text.indexOf("=", start + 1);
    const hasValue = equals >= 0 && equals < end;
    const name = text
      .slice(start + 1, hasValue ? equals : end)
      .trim()
      .toLowerCase();
    if (name !== "" && !parameters.has(name)) {
      parameters.set(name, hasValue ? unquote(text.slice(equals + 1, end).trim()) : "");
    }
    start = end;
  }
  return parameters;
}

function parameterEnd(text: string, start: number): number {
  let isQuoted = false;
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (isQuoted && code === 0x5c) index++;
    else if (code === 0x22) isQuoted = !isQuoted;
    else if (code === 0x3b && !isQuoted) return index;
  }
  return text.length;
}

/** Takes the quotes and escapes off a quoted string; other text stays. */
export function unquote(text: string): string {
  if (text.length < 2 || text[0] !== '"' || !text.endsWith('"')) return text;
  return text.slice(1, -1).replace(/\\(.)/gs, "$1");
}
