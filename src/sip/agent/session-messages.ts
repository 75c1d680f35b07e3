import type { SipMessage } from "../../sip-syntax/index.ts";
import type { DigestChallenge } from "../digest/challenge.ts";
import { farEndOf, routesOf, sdpOf } from "../dialog/dialog.ts";
import type { SessionEffect, SessionInput, SessionProvisional, SessionResponse } from "../dialog/session-effects.ts";
import { agreedAsClient, readMinSe } from "../dialog/session-interval.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import { capabilityLines, contactValue, recordRouteLines, type AgentCore } from "./core.ts";

/** The header lines of a response of a session. RFC 3261 §12.1.1, §13.3.1 */
export function responseLines(
  core: Pick<AgentCore, "methods">,
  form: Extract<SessionEffect, { do: "respond" }>["form"],
  { request, flow }: ServerTransaction,
  contactUser: string,
): string {
  const contact = `Contact: ${contactValue(flow, contactUser, request.requestUri)}\r\n`;
  switch (form) {
    case "early":
      return `${recordRouteLines(request)}${contact}Allow: ${core.methods.allowed}\r\n`;
    case "made":
      return `${recordRouteLines(request)}${contact}${capabilityLines(core)}`;
    case "changed":
      return `${contact}${capabilityLines(core)}`;
    case "options":
      return `${capabilityLines(core)}Accept: application/sdp\r\n`;
    case "plain":
      return "";
    case "refer":
      return contact;
    default:
      return form satisfies never;
  }
}

/** What the final response to a request of a session says to it.
 * @param challenges those that credentials can answer */
export function readResponse(
  response: SipMessage,
  method: string,
  seq: number,
  challenges: readonly DigestChallenge[],
): SessionResponse {
  const { status } = response;
  const answer = { type: "response", method, seq, status, challenges } as const;
  if (status < 300)
    return { sdp: sdpOf(response), interval: agreedAsClient(response), ...answer, ...farEndOf(response) };
  return { smallestSeconds: readMinSe(response), ...answer };
}

/** What a 2xx to the INVITE of ours that made, or makes, a dialog says to its session. */
export function readAnswer(response: SipMessage, seq: number, staysWithPeer: boolean): SessionInput {
  const routes = routesOf(response);
  return { routes, staysWithPeer, ...readResponse(response, "INVITE", seq, []) };
}

/** What a provisional response to it says. It is reliable when it requires 100rel and has an RSeq. RFC 3262 §3, §4 */
export function readProvisional(response: SipMessage): SessionProvisional {
  const { status } = response;
  const written = response.lists("require", "100rel")
    ? /^\d{1,10}$/.exec(response.first("rseq") ?? "")?.[0]
    : undefined;
  const rseq = written === undefined ? undefined : Number(written);
  return { type: "provisional", status, rseq, sdp: sdpOf(response), ...farEndOf(response) };
}
