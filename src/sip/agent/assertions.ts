import { AppError } from "../../kernel/index.ts";
import { elementEnd, headerKey, parseNameAddr, uriScheme, type SipHeader } from "../../sip-syntax/index.ts";
import type { SipErrorCode } from "../errors.ts";

/** Header fields that only the agent writes. */
const ownFields = new Set(
  "via,from,to,call-id,cseq,contact,max-forwards,content-length,content-type,record-route,session-expires".split(","),
);
// oxlint-disable-next-line no-control-regex
const lineBreaking = /[\u0000-\u0008\u000a-\u001f\u007f]/;
// oxlint-disable-next-line no-control-regex
const notInUri = /[\u0000-\u0020\u007f<>"]/;

/** Throws SIP_BAD_HEADER when a header given to us could break the message: an illegal name, a line break or another control character in the
 * value, or a field that only the agent writes. */
export function assertHeaders(headers: readonly SipHeader[]): void {
  for (const { name, value } of headers) {
    const key = headerKey(name);
    if (key === undefined) throw bad("SIP_BAD_HEADER", "a header name is not a token", { name });
    if (ownFields.has(key)) throw bad("SIP_BAD_HEADER", `${name} is written by the user agent itself`, { name });
    assertLine(name, value);
  }
}

/** Throws SIP_BAD_HEADER when `value` would not stay on one line. */
export function assertLine(name: string, value: string): void {
  if (lineBreaking.test(value)) throw bad("SIP_BAD_HEADER", `the value of ${name} has a control character`, { name });
}

/** Throws SIP_BAD_URI when `text` cannot be a Request-URI. */
export function assertUri(text: string): void {
  if (uriScheme(text) === "" || notInUri.test(text)) throw bad("SIP_BAD_URI", "not a URI", { uri: text.slice(0, 200) });
}

/** Throws SIP_BAD_URI when `text` is neither a URI nor a name-addr. */
export function assertParty(text: string): void {
  if (lineBreaking.test(text)) throw bad("SIP_BAD_URI", "a party has a control character", {});
  const party = elementEnd(text, 0) === text.length ? parseNameAddr(text) : undefined;
  assertUri(party !== undefined && text.endsWith(`<${party.uri}>`) ? party.uri : text);
}

/** Throws SIP_BAD_STATUS unless `status` is a refusal, 400 to 699. */
export function assertRefusal(status: number): void {
  if (Number.isInteger(status) && status >= 400 && status <= 699) return;
  throw bad("SIP_BAD_STATUS", `${status} does not refuse an INVITE`, { status });
}

function bad(code: SipErrorCode, message: string, details: Record<string, unknown>): AppError {
  return new AppError(code, message, { details });
}
