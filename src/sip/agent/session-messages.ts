import { sessionBody, type SipMessage } from "../../sip-syntax/index.ts";
import type { DigestChallenge } from "../digest/challenge.ts";
import { farEndOf } from "../dialog/dialog.ts";
import type { SessionEffect, SessionInput } from "../dialog/session-effects.ts";
import { agreedAsClient } from "../dialog/session-interval.ts";
import { allowedMethods } from "../method/methods.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import { capabilityLines, contactValue, recordRouteLines } from "./core.ts";

/** The header lines of a response of a session. RFC 3261 §12.1.1, §13.3.1 */
export function responseLines(
  form: Extract<SessionEffect, { do: "respond" }>["form"],
  { request, flow }: ServerTransaction,
  contactUser: string,
): string {
  const contact = `Contact: ${contactValue(flow, contactUser, request.requestUri)}\r\n`;
  switch (form) {
    case "early":
      return `${recordRouteLines(request)}${contact}Allow: ${allowedMethods}\r\n`;
    case "made":
      return `${recordRouteLines(request)}${contact}${capabilityLines}`;
    case "changed":
      return `${contact}${capabilityLines}`;
    case "options":
      return `${capabilityLines}Accept: application/sdp\r\n`;
    case "plain":
      return "";
    default:
      return form satisfies never;
  }
}

/** The session description in a message. */
export function sdpOf(message: SipMessage): string | undefined {
  const body = sessionBody(message);
  return body.type === "sdp" ? body.sdp : undefined;
}

/** What the final response to a request of a session says to it.
 * @param challenges those that credentials can answer */
export function readResponse(
  response: SipMessage,
  method: string,
  seq: number,
  challenges: readonly DigestChallenge[],
): SessionInput {
  const { status } = response;
  const answer = { type: "response", method, seq, status, challenges } as const;
  if (status < 300) return { ...answer, ...farEndOf(response), interval: agreedAsClient(response) };
  const smallest = /^\d{1,9}/.exec(response.first("min-se") ?? "")?.[0];
  return smallest === undefined ? answer : { ...answer, smallestSeconds: Number(smallest) };
}
