/** One header field as it stands (or shall stand) on the wire. Order and spelling are kept. */
export interface SipHeader {
  readonly name: string;
  readonly value: string;
}

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

const tokenSigns: ReadonlySet<number> = new Set([..."-.!%*_+`'~"].map((sign) => sign.charCodeAt(0)));

/** Whether a character is allowed in a token. RFC 3261 §25.1 */
export function isTokenCode(code: number): boolean {
  const letter = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (letter >= 0x61 && letter <= 0x7a && code >= 0x41) || tokenSigns.has(code);
}

/** Whether `text` is a token: a method or a header name. RFC 3261 §25.1 */
export function isToken(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (!isTokenCode(text.charCodeAt(index))) return false;
  return text !== "";
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

/** Reads `;name=value` parameters; names in lower case, quotes removed, a flag has the value "". Of two with one name the first counts. */
export function parseParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (let start = text.indexOf(";"); start >= 0 && start < text.length;) {
    const end = parameterEnd(text, start + 1);
    const parameter = text.slice(start + 1, end);
    const equals = parameter.indexOf("=");
    const name = (equals < 0 ? parameter : parameter.slice(0, equals)).trim().toLowerCase();
    if (name !== "" && !parameters.has(name)) {
      parameters.set(name, equals < 0 ? "" : unquote(parameter.slice(equals + 1).trim()));
    }
    start = end;
  }
  return parameters;
}

/** Whether an element or parameter is empty: two separators follow each other, outside of quotes and brackets. */
export function hasEmptyPart(value: string): boolean {
  let isAfterSeparator = false;
  let isBracketed = false;
  for (let index = 0; index < value.length; index++) {
    const char = value[index] ?? "";
    if (char === '"') index = quotedEnd(value, index);
    if (char === "<") isBracketed = true;
    if (char === ">") isBracketed = false;
    const isSeparator = !isBracketed && (char === ";" || char === ",");
    if (isSeparator && isAfterSeparator) return true;
    if (char.trim() !== "") isAfterSeparator = isSeparator;
  }
  return false;
}

/** Index of the quote that ends the quoted string at `start`, or of the last character. RFC 3261 §25.1 */
function quotedEnd(value: string, start: number): number {
  for (let index = start + 1; index < value.length; index++) {
    if (value[index] === "\\") index++;
    else if (value[index] === '"') return index;
  }
  return value.length;
}

/** The text without its parameters of these names (lower case); all else stays as it stands. */
export function withoutParameters(text: string, names: readonly string[]): string {
  const first = parameterEnd(text, 0);
  let kept = text.slice(0, first);
  for (let start = first; start < text.length;) {
    const end = parameterEnd(text, start + 1);
    const parameter = text.slice(start, end);
    const equals = parameter.indexOf("=");
    const name = (equals < 0 ? parameter.slice(1) : parameter.slice(1, equals)).trim().toLowerCase();
    if (!names.includes(name)) kept += parameter;
    start = end;
  }
  return kept;
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

/** `text` as a quoted string; characters that it cannot contain become blanks. RFC 3261 §25.1 */
export function quote(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const bare = text.replace(/[\u0000-\u001f\u007f]/g, " ");
  return `"${bare.replace(/["\\]/g, "\\$&")}"`;
}

/** Removes the quotes and escapes of a quoted string; other text is returned as it is. */
function unquote(text: string): string {
  if (text.length < 2 || text[0] !== '"' || !text.endsWith('"')) return text;
  return text.slice(1, -1).replace(/\\(.)/gs, "$1");
}
