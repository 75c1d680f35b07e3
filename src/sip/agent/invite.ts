import { newBranch } from "../random.ts";
import type { SipHeader } from "../../sip-syntax/index.ts";
import type { ClientTransaction } from "../transaction/client-transaction.ts";
import { viaOn, type Flow } from "../transport/flow.ts";
import type { OutgoingCallRequest, SipReason } from "../types.ts";
import { reasonHeaders } from "../dialog/reason.ts";
import type { InviteSent } from "../dialog/dialog.ts";
import { intervalHeaders } from "../dialog/session-interval.ts";
import { capabilities, contactValue, type AgentCore } from "./core.ts";
import type { PreparedRequest } from "./dialog-request.ts";

/** CSeq number of the first INVITE of a call. */
export const inviteSeq = 1;

/** A URI in angle brackets; a name-addr stays as it is. */
export function toParty(text: string): string {
  return text.includes("<") ? text : `<${text}>`;
}

/** The INVITE of a new call, in the order of RFC 3261 §8.1.1, then the caller's own headers. */
export function makeInvite(
  core: AgentCore,
  request: OutgoingCallRequest,
  flow: Flow,
  own: InviteSent,
  authorization: readonly SipHeader[],
): PreparedRequest {
  const branch = newBranch();
  const seconds = own.sessionSeconds;
  const headers: SipHeader[] = [
    { name: "Via", value: viaOn(flow, branch) },
    ...(request.routes ?? []).map((value) => ({ name: "Route", value })),
    { name: "Max-Forwards", value: `${request.maxForwards ?? 70}` },
    { name: "From", value: own.from },
    { name: "To", value: toParty(request.to) },
    { name: "Call-ID", value: own.sipCallId },
    { name: "CSeq", value: `${own.seq} INVITE` },
    { name: "Contact", value: contactValue(flow, own.contactUser, request.requestUri) },
    ...capabilities(core),
    ...(seconds === undefined ? [] : intervalHeaders({ seconds, isOurs: true, smallestSeconds: seconds })),
    { name: "User-Agent", value: core.userAgent },
    ...authorization,
    ...request.headers,
  ];
  const { requestUri, offer: body } = request;
  return { method: "INVITE", requestUri, headers, body, branch, sipCallId: own.sipCallId };
}

/** Asks the far end to answer our INVITE, which waits, at last. RFC 3261 §9.1 */
export function sendCancel(
  core: Pick<AgentCore, "transactions">,
  invite: ClientTransaction | undefined,
  sipCallId: string,
  reason?: SipReason,
): void {
  if (invite === undefined || invite.isSettled()) return;
  const handlers = { onResponse: () => undefined, onFailed: () => undefined };
  core.transactions.send(cancelOf(invite.request, sipCallId, reason), invite.flow, handlers);
}

const cancelKeeps = new Set(["via", "max-forwards", "from", "to", "call-id", "cseq", "route", "user-agent"]);

/** The CANCEL of an INVITE: its Request-URI, Via, From, To, Call-ID, Route and CSeq number. RFC 3261 §9.1 */
function cancelOf(
  invite: ClientTransaction["request"],
  sipCallId: string,
  reason: SipReason | undefined,
): PreparedRequest {
  const headers = invite.headers
    .filter(({ name }) => cancelKeeps.has(name.toLowerCase()))
    .map(({ name, value }) => (name === "CSeq" ? { name, value: value.replace("INVITE", "CANCEL") } : { name, value }));
  headers.push(...reasonHeaders(reason));
  const via = headers[0]?.value ?? "";
  const branch = /;branch=([^;]+)/.exec(via)?.[1] ?? "";
  return { method: "CANCEL", requestUri: invite.requestUri, headers, body: "", branch, sipCallId };
}
