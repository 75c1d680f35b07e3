import { headerKey, isToken, type HeaderField } from "../header/headers.ts";
import { SipMessage, type StartLine } from "./message.ts";

/** The result of parsing a datagram or one message of a stream. `keepalive`: only line ends (or nothing); `isPing` when it asks for an answer
 * (RFC 5626 §3.5.1). `malformed`: without a start line and a header block, so that it cannot be answered. */
export type ParseResult =
  | { readonly type: "message"; readonly message: SipMessage }
  | { readonly type: "keepalive"; readonly isPing: boolean }
  | { readonly type: "malformed"; readonly at: number; readonly why: string };

/** Most header fields, and their greatest length: more than any real message has. The rest is dropped. */
const mostFields = 256;
const longestField = 16_384;
/** What copies it into a message of its own would break a line for some readers. RFC 3261 §25.1 */
const looseReturn = /\r(?![\r\n]|$)/;
/** It may stand escaped in quotes only, and nobody who keeps or shows a value expects it. RFC 3261 §25.1 */
// oxlint-disable-next-line no-control-regex -- it is what it looks for
const looseNul = /(?<!\\)\0/;
const cr = 0x0d;
const lf = 0x0a;

/** Reads one SIP message. The body is a view on `bytes`, not a copy. Faults of a request that can still be answered are in `message.fault`. Never
 * throws. RFC 3261 §7, §18.3
 * @param known a fault that was found before; a missing end of the head is then no further fault */
export function parseMessage(bytes: Buffer, known?: { readonly why: string; readonly status: number }): ParseResult {
  let start = 0;
  while (start < bytes.length && (bytes[start] === cr || bytes[start] === lf)) start++;
  if (start === bytes.length) return { type: "keepalive", isPing: bytes.length >= 4 };
  const whole = { headEnd: bytes.length, bodyStart: bytes.length };
  const end = findHeadEnd(bytes, start) ?? (known === undefined ? undefined : whole);
  if (end === undefined) return { type: "malformed", at: bytes.length, why: "no empty line after the header fields" };
  const { head, encoding } = decode(bytes, start, end.headEnd);
  const firstEnd = lineEnd(head, 0);
  const line = parseStartLine(trimLine(head, 0, firstEnd));
  if (line === undefined) return { type: "malformed", at: start, why: "no SIP start line" };
  const faults: Faults = { first: line.fault, status: line.faultStatus };
  if (known !== undefined) note(faults, known.why, known.status);
  if (looseReturn.test(head)) note(faults, "a CR that ends no line");
  if (looseNul.test(head)) note(faults, "a NUL");
  const fields = parseFields(head, firstEnd + 1, faults);
  const body = cutBody(bytes, end.bodyStart, fields, faults);
  const message = new SipMessage(line.start, fields, body, faults.first, faults.status, bytes.length, encoding);
  return { type: "message", message };
}

/** Bytes that are no UTF-8 are read one character each, so that none is lost. */
function decode(bytes: Buffer, start: number, end: number) {
  const head = bytes.toString("utf8", start, end);
  if (!head.includes("\ufffd")) return { head, encoding: "utf8" } as const;
  return { head: bytes.toString("latin1", start, end), encoding: "latin1" } as const;
}

interface Faults {
  first: string | undefined;
  status: number;
}

function note(faults: Faults, why: string, status = 400): void {
  if (faults.first !== undefined) return;
  faults.first = why;
  faults.status = status;
}

/** Where the header block ends and the body starts; bare LF line ends are tolerated. */
function findHeadEnd(bytes: Buffer, start: number): { headEnd: number; bodyStart: number } | undefined {
  const strict = bytes.indexOf("\r\n\r\n", start, "latin1");
  if (strict >= 0) return { headEnd: strict, bodyStart: strict + 4 };
  const bare = bytes.indexOf("\n\n", start, "latin1");
  return bare < 0 ? undefined : { headEnd: bare, bodyStart: bare + 2 };
}

function lineEnd(head: string, start: number): number {
  const end = head.indexOf("\n", start);
  return end < 0 ? head.length : end;
}

function trimLine(head: string, start: number, end: number): string {
  return head.charCodeAt(end - 1) === cr ? head.slice(start, end - 1) : head.slice(start, end);
}

interface ReadStartLine {
  readonly start: StartLine;
  readonly fault: string | undefined;
  readonly faultStatus: number;
}

const versionPattern = /^SIP\/[\d.]+$/i;
const protocolPattern = /^SIP\//i;

function parseStartLine(line: string): ReadStartLine | undefined {
  if (line.startsWith("SIP/") || line.startsWith("sip/")) return parseStatusLine(line);
  const first = line.indexOf(" ");
  const last = line.trimEnd().lastIndexOf(" ");
  if (first <= 0 || last <= first) return undefined;
  const method = line.slice(0, first);
  const version = line.slice(last + 1).trimEnd();
  if (!protocolPattern.test(version)) return undefined;
  const requestUri = line.slice(first + 1, last);
  const start: StartLine = { type: "request", method, requestUri };
  if (!isToken(method) || !versionPattern.test(version))
    return { start, fault: "malformed request line", faultStatus: 400 };
  if (version.toUpperCase() !== "SIP/2.0") return { start, fault: "unknown SIP version", faultStatus: 505 };
  const isClean = line.length === last + 8 && requestUri !== "" && !/[\s<>"]/.test(requestUri);
  return { start, fault: isClean ? undefined : "malformed request line", faultStatus: 400 };
}

const statusPattern = /^SIP\/2\.0 +(\d{3})(?: (.*))?$/i;

function parseStatusLine(line: string): ReadStartLine | undefined {
  const match = statusPattern.exec(line);
  if (match === null) return undefined;
  const status = Number(match[1]);
  if (status < 100 || status > 699) return undefined;
  return { start: { type: "response", status, reason: match[2] ?? "" }, fault: undefined, faultStatus: 400 };
}

/** Splits the header block. Folded lines are joined by one space. Fields over the limits are dropped, with a fault (513). */
function parseFields(head: string, from: number, faults: Faults): HeaderField[] {
  const fields: HeaderField[] = [];
  for (let start = from; start < head.length;) {
    const end = fieldEnd(head, start);
    if (end - start > longestField) note(faults, `a header field of more than ${longestField} characters`, 513);
    else if (fields.length === mostFields) note(faults, `more than ${mostFields} header fields`, 513);
    else {
      const field = readField(head, start, end);
      if (field === undefined) note(faults, "malformed header field");
      else fields.push(field);
    }
    start = end + 1;
  }
  return fields;
}

/** Index of the line end after which the next field begins: the first that is not followed by a blank. */
function fieldEnd(head: string, start: number): number {
  let end = lineEnd(head, start);
  while (isFold(head.charCodeAt(end + 1))) end = lineEnd(head, end + 1);
  return end;
}

function readField(head: string, start: number, end: number): HeaderField | undefined {
  if (lineEnd(head, start) === end) return parseField(head, start, head.charCodeAt(end - 1) === cr ? end - 1 : end);
  const lines = head.slice(start, end).split("\n");
  const unfolded = lines.flatMap((line) => line.trim() || []).join(" ");
  return parseField(unfolded, 0, unfolded.length);
}

function isFold(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Reads a field from its line, which is not copied first. */
function parseField(text: string, start: number, end: number): HeaderField | undefined {
  let colon = start;
  while (colon < end && text.charCodeAt(colon) !== 0x3a) colon++;
  if (colon === start || colon === end) return undefined;
  const name = text.slice(start, colon).trimEnd();
  const key = headerKey(name);
  if (key === undefined) return undefined;
  const value = colon + 1;
  return { name, key, value: text.slice(text.charCodeAt(value) === 0x20 ? value + 1 : value, end).trim() };
}

/** Shared, since a view of no bytes would keep the whole message in memory. */
const noBody = Buffer.alloc(0);

/** The body by Content-Length; without one it is the rest of the datagram; surplus bytes are dropped. RFC 3261 §18.3 */
function cutBody(bytes: Buffer, bodyStart: number, fields: readonly HeaderField[], faults: Faults): Buffer {
  const body = viewBody(bytes, bodyStart, fields, faults);
  return body.length === 0 ? noBody : body;
}

function viewBody(bytes: Buffer, bodyStart: number, fields: readonly HeaderField[], faults: Faults): Buffer {
  const declared = fields.find((field) => field.key === "content-length")?.value;
  if (declared === undefined) return bytes.subarray(bodyStart);
  const length = /^\d{1,9}$/.test(declared) ? Number(declared) : -1;
  if (length >= 0 && bodyStart + length <= bytes.length) return bytes.subarray(bodyStart, bodyStart + length);
  note(faults, length < 0 ? "malformed Content-Length" : "body shorter than Content-Length");
  return bytes.subarray(bodyStart);
}
