import { isToken, splitList, type HeaderField } from "../header/headers.ts";
import { parseSipUri, type ParsedUri } from "../address/uri.ts";
import { parseNameAddr, type NameAddr } from "../header/name-addr.ts";
import { readSessionBody, type SessionBody } from "./body.ts";
import { parseVia, stampVia, type Via } from "../header/via.ts";

/** The CSeq header. RFC 3261 §20.16 */
export interface CSeq {
  readonly number: number;
  readonly method: string;
}

/** The parts of the first line of a message. */
export type StartLine =
  | { readonly type: "request"; readonly method: string; readonly requestUri: string }
  | { readonly type: "response"; readonly status: number; readonly reason: string };

/** A SIP message that came in. Fields are split at construction and parsed at first use. A class, because one is made per datagram. */
export class SipMessage {
  readonly start: StartLine;
  readonly fields: readonly HeaderField[];
  /** A view on the received bytes. */
  readonly body: Buffer;
  /** The first fault that the parser found; a request with one gets 400 (or `faultStatus`). */
  readonly fault: string | undefined;
  readonly faultStatus: number;
  /** As it came. */
  readonly sizeBytes: number;
  /** How its header was read, and how responses are written, so that the bytes of what they copy stay: "latin1" where it is no UTF-8. */
  readonly encoding: "utf8" | "latin1";
  private lazyVia: Via | undefined | null = null;
  private lazyCSeq: CSeq | undefined | null = null;
  private lazyFrom: NameAddr | undefined | null = null;
  private lazyTo: NameAddr | undefined | null = null;
  private lazyTarget: ParsedUri | undefined | null = null;
  private lazyContact: ParsedUri | undefined | null = null;
  private lazySessionBody: SessionBody | undefined;
  private stampedVia: string | undefined;
  private lazyResponseHead: string | undefined;

  constructor(
    start: StartLine,
    fields: readonly HeaderField[],
    body: Buffer,
    fault: string | undefined,
    faultStatus: number,
    sizeBytes: number,
    encoding: "utf8" | "latin1" = "utf8",
  ) {
    this.start = start;
    this.fields = fields;
    this.body = body;
    this.fault = fault;
    this.faultStatus = faultStatus;
    this.sizeBytes = sizeBytes;
    this.encoding = encoding;
  }

  /** Method of a request, or of the request that a response answers. */
  get method(): string {
    return this.start.type === "request" ? this.start.method : (this.cseq?.method ?? "");
  }

  /** Request-URI; "" for a response. */
  get requestUri(): string {
    return this.start.type === "request" ? this.start.requestUri : "";
  }

  /** Status of a response; 0 for a request. */
  get status(): number {
    return this.start.type === "response" ? this.start.status : 0;
  }

  /** "INVITE sip:x@y" or "180 Ringing". */
  get startLine(): string {
    return this.start.type === "request"
      ? `${this.start.method} ${this.start.requestUri}`
      : `${this.start.status} ${this.start.reason}`;
  }

  /** Value of the first field with this key (lower-case long name). */
  first(key: string): string | undefined {
    return this.field(key)?.value;
  }

  /** The first field with this key. */
  field(key: string): HeaderField | undefined {
    for (const field of this.fields) if (field.key === key) return field;
    return undefined;
  }

  /** All elements of all fields with this key, comma lists split. */
  list(key: string): string[] {
    const values: string[] = [];
    for (const field of this.fields) if (field.key === key) values.push(...splitList(field.value));
    return values;
  }

  /** Whether a comma list of tokens (Supported, Require, Allow) holds `token`, in any case. */
  lists(key: string, token: string): boolean {
    for (const field of this.fields) {
      if (field.key !== key) continue;
      if (splitList(field.value).some((value) => value.toLowerCase() === token)) return true;
    }
    return false;
  }

  /** The topmost Via, undefined when absent or malformed. */
  get via(): Via | undefined {
    if (this.lazyVia === null) this.lazyVia = mapDefined(this.first("via"), parseVia);
    return this.lazyVia;
  }

  get cseq(): CSeq | undefined {
    if (this.lazyCSeq === null) this.lazyCSeq = mapDefined(this.first("cseq"), parseCSeq);
    return this.lazyCSeq;
  }

  get from(): NameAddr | undefined {
    if (this.lazyFrom === null) this.lazyFrom = mapDefined(this.first("from"), parseNameAddr);
    return this.lazyFrom;
  }

  get to(): NameAddr | undefined {
    if (this.lazyTo === null) this.lazyTo = mapDefined(this.first("to"), parseNameAddr);
    return this.lazyTo;
  }

  /** What the Request-URI says; undefined where it cannot be read, and in a response. */
  get target(): ParsedUri | undefined {
    if (this.lazyTarget === null) this.lazyTarget = parseSipUri(this.requestUri);
    return this.lazyTarget;
  }

  /** The URI of the first Contact, if there is a usable one. */
  get contact(): ParsedUri | undefined {
    if (this.lazyContact === null) this.lazyContact = mapDefined(this.first("contact"), parseContact);
    return this.lazyContact;
  }

  /** The session description in the body. */
  get sessionBody(): SessionBody {
    return (this.lazySessionBody ??= readSessionBody(this));
  }

  get callId(): string {
    return this.first("call-id") ?? "";
  }

  /** From tag, "" when none (RFC 2543 peers). */
  get fromTag(): string {
    return this.from?.parameters.get("tag") ?? "";
  }

  /** To tag, "" when none. */
  get toTag(): string {
    return this.to?.parameters.get("tag") ?? "";
  }

  /** Notes where a request came from, for the Via of its responses. */
  stampSource(host: string, port: number): void {
    const value = this.first("via");
    if (value !== undefined && this.via !== undefined) this.stampedVia = stampVia(value, this.via, host, port);
  }

  /** The lines that each response copies: all Vias, From, Call-ID, CSeq, as far as the request has them; each ends with CRLF.
   * RFC 3261 §8.2.6.2 */
  get responseHead(): string {
    return (this.lazyResponseHead ??= this.buildResponseHead());
  }

  private lineOf(name: string): string {
    const value = this.first(name.toLowerCase());
    return value === undefined ? "" : `${name}: ${value}\r\n`;
  }

  private buildResponseHead(): string {
    let text = "";
    let isTop = true;
    for (const { key, value } of this.fields) {
      if (key !== "via") continue;
      text += `Via: ${isTop ? (this.stampedVia ?? value) : value}\r\n`;
      isTop = false;
    }
    return text + this.lineOf("From") + this.lineOf("Call-ID") + this.lineOf("CSeq");
  }
}

const cseqPattern = /^(\d{1,10})\s+(\S+)$/;

/** Reads a CSeq value; the number must be below 2^31. */
function parseCSeq(value: string): CSeq | undefined {
  const match = cseqPattern.exec(value);
  if (match === null) return undefined;
  const [, digits, method = ""] = match;
  const number = Number(digits);
  return number < 2 ** 31 && isToken(method) ? { number, method } : undefined;
}

function parseContact(value: string): ParsedUri | undefined {
  const contact = mapDefined(parseNameAddr(value)?.uri, parseSipUri);
  return contact?.scheme === "tel" ? undefined : contact;
}

function mapDefined<T>(value: string | undefined, read: (value: string) => T | undefined): T | undefined {
  return value === undefined ? undefined : read(value);
}
