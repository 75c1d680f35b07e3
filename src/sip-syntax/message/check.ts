import { hasEmptyPart } from "../header/headers.ts";
import type { SipMessage } from "./message.ts";
import { uriScheme } from "../address/uri.ts";

const single = new Set(["from", "to", "call-id", "cseq", "max-forwards", "content-length", "content-type"]);

/** Why a message cannot be processed, and the status for its refusal. */
export interface MessageFault {
  readonly why: string;
  readonly status: number;
}

/** The first reason why a message cannot be processed, or undefined when it is sound: the fields that each message must
 * have, once and readable. RFC 3261 §8.1.1, §16.3 */
export function findFault(message: SipMessage): MessageFault | undefined {
  // A field that seems to be missing may be one that was dropped because there were too many.
  if (message.fault !== undefined && message.faultStatus !== 400) {
    return { why: message.fault, status: message.faultStatus };
  }
  if (message.via !== undefined && message.via.version !== "2.0") return { why: "unknown SIP version", status: 505 };
  const why = findBadField(message);
  return why === undefined ? undefined : { why, status: 400 };
}

function findBadField(message: SipMessage): string | undefined {
  if (message.via === undefined) return "missing or malformed Via";
  if (hasEmptyPart(message.first("via") ?? "")) return "two separators in a row in Via";
  if (message.from === undefined) return "missing or malformed From";
  if (message.to === undefined) return "missing or malformed To";
  if (message.callId === "") return "missing Call-ID";
  const cseq = message.cseq;
  if (cseq === undefined) return "missing or malformed CSeq";
  const repeated = findRepeated(message);
  if (repeated !== undefined) return `${repeated} stands twice`;
  if (message.fault !== undefined) return message.fault;
  if (message.start.type === "response") return undefined;
  if (cseq.method !== message.start.method) return "CSeq names another method";
  return findRequestFault(message);
}

function findRequestFault(message: SipMessage): string | undefined {
  const scheme = uriScheme(message.requestUri);
  if (scheme === "") return "malformed Request-URI";
  const isKnown = scheme === "sip" || scheme === "sips" || scheme === "tel";
  if (isKnown && message.target === undefined) return "malformed Request-URI";
  const maxForwards = message.first("max-forwards");
  if (maxForwards !== undefined && !(/^\d{1,9}$/.test(maxForwards) && Number(maxForwards) <= 255)) {
    return "malformed Max-Forwards";
  }
  return undefined;
}

function findRepeated(message: SipMessage): string | undefined {
  for (const field of message.fields) {
    if (single.has(field.key) && message.field(field.key) !== field) return field.name;
  }
  return undefined;
}

/** Whether a faulty request can be answered: a response needs a Via, and copies the other fields as far as they are there. ACK is never answered.
 * RFC 3261 §8.2.6.2, §18.2.2 */
export function isAnswerable(message: SipMessage): boolean {
  return message.start.type === "request" && message.start.method !== "ACK" && message.via !== undefined;
}
