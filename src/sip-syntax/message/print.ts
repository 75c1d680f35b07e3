import type { SipHeader } from "../header/headers.ts";
import type { SipMessage } from "./message.ts";
import { reasonPhrase } from "./status.ts";

/** A request of ours before it is bytes; kept so that its ACK, CANCEL and resends can be built from it. */
export interface RequestParts {
  readonly method: string;
  readonly requestUri: string;
  /** In order, Via first. Values must have been checked. */
  readonly headers: readonly SipHeader[];
  readonly body: string;
  readonly contentType?: string;
}

/** Prints a request, as text, which is kept for retransmissions; adds Content-Type (default application/sdp) when there is a body, and
 * Content-Length. */
export function printRequest(request: RequestParts): string {
  let text = `${request.method} ${request.requestUri} SIP/2.0\r\n`;
  for (const { name, value } of request.headers) text += `${name}: ${value}\r\n`;
  return text + printBody(request.body, request.contentType);
}

/** The parts of a response that are not copied from the request. */
export interface ResponseParts {
  readonly status: number;
  readonly reason?: string | undefined;
  /** Added to To when the request had no tag there; "" adds none (only right for 100). */
  readonly toTag: string;
  /** Further header lines, each ending with CRLF, values checked. */
  readonly lines?: string;
  readonly body?: string;
}

/** Prints the response to `request`: its Vias, From, To, Call-ID and CSeq are copied. It is to be sent in the encoding of the request. RFC 3261 §8.2.6 */
export function printResponse(request: SipMessage, parts: ResponseParts): string {
  const to = request.first("to");
  const tag = parts.toTag === "" || request.toTag !== "" ? "" : `;tag=${parts.toTag}`;
  const toLine = to === undefined ? "" : `To: ${to}${tag}\r\n`;
  const startLine = `SIP/2.0 ${parts.status} ${parts.reason ?? reasonPhrase(parts.status)}\r\n`;
  // Joined, since a text that is kept would keep the pieces that it was added up from.
  const text = [
    startLine,
    request.responseHead,
    toLine,
    parts.lines ?? "",
    printBody(parts.body ?? "", undefined, request.encoding),
  ].join("");
  // What that encoding has no byte for is of ours; a part of it could be taken for a line break.
  return request.encoding === "latin1" ? text.replace(/[^\0-\u00ff]/g, "?") : text;
}

function printBody(body: string, contentType: string | undefined, encoding: "utf8" | "latin1" = "utf8"): string {
  if (body === "") return "Content-Length: 0\r\n\r\n";
  return `Content-Type: ${contentType ?? "application/sdp"}\r\nContent-Length: ${Buffer.byteLength(body, encoding)}\r\n\r\n${body}`;
}
