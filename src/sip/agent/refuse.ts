import { createHash } from "node:crypto";
import { type SipMessage, printResponse, type SipHeader } from "../../sip-syntax/index.ts";
import { refusalCauses, refusalStatus, type RefusalCause } from "../refusal-causes.ts";
import type { Declined, RequestRefusal } from "../dialog/session-effects.ts";
import type { Ban } from "../guard/source-guard.ts";
import { traceSent } from "../transaction/context.ts";
import type { ReadyResponse } from "../transaction/server-machine.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import type { ConnectionCause, Flow } from "../transport/flow.ts";
import { datagramResponseAddress } from "../transport/response-address.ts";
import type { InviteRefusal, Refusal, SipAddress } from "../types.ts";
import { warningLine, type AgentCore } from "./core.ts";

/** How a request is refused. Every final response other than a 2xx leaves through this file, with its cause. */
export interface RefusalParts extends RequestRefusal {
  /** Added to To when the request had no tag there. */
  readonly toTag: string;
}

/** Refuses a request for a reason of the user agent. */
export function refuse(core: AgentCore, transaction: ServerTransaction, parts: RefusalParts): void {
  const { request, flow } = transaction;
  const { level } = refusalCauses[parts.cause];
  const status = refusalStatus(parts.cause, request.method);
  core.refusals.note(refusalOf(request, flow.peer, { ...parts, status }), level);
  if (status === undefined) return;
  const lines = `${parts.lines ?? ""}${warningLine(flow, parts.warning)}`;
  transaction.respond(makeRefusal(core, request, flow.peer, status, { ...parts, lines }));
}

/** Refuses a request for a reason of the owner of the user agent or of the call; without a cause it is a decision of that. */
export function decline(core: AgentCore, transaction: ServerTransaction, refusal: Declined, toTag: string): void {
  const { request, flow } = transaction;
  const { status, cause, why = "the owner of the call refused it", error } = refusal;
  const level = error !== undefined ? "error" : cause === undefined ? "debug" : "warn";
  core.refusals.note(refusalOf(request, flow.peer, { status, cause: cause ?? "declined", why, error }), level);
  const lines = `${warningLine(flow, refusal.warning)}${headerLines(refusal.headers)}`;
  transaction.respond(makeRefusal(core, request, flow.peer, status, { lines, toTag, reason: refusal.reason }));
}

/** Answers a request that cannot be read in full, keeping no state: the same request gets the same tag. RFC 3261 §8.2.7 */
export function refuseWithoutState(
  core: AgentCore,
  request: SipMessage,
  flow: Flow,
  parts: RequestRefusal,
  secret: string,
): void {
  const { status, level } = refusalCauses[parts.cause];
  core.refusals.note(refusalOf(request, flow.peer, { ...parts, status }), level);
  if (status !== undefined) sendOnce(core, request, flow, status, { ...parts, toTag: tagOfRefusal(request, secret) });
}

/** Why a request is refused before there is a transaction. `status` undefined: it is dropped. */
export type EarlyRefusal = Omit<InviteRefusal, "status"> & { readonly status: number | undefined };

/** Refuses a request before there is a transaction, which costs little. */
export function refuseAtOnce(
  core: AgentCore,
  request: SipMessage,
  flow: Flow,
  refusal: EarlyRefusal,
  secret: string,
): void {
  const { status } = refusal;
  core.refusals.note(refusalOf(request, flow.peer, refusal), "warn");
  if (status === undefined) return;
  sendOnce(core, request, flow, status, { lines: headerLines(refusal.headers), toTag: tagOfRefusal(request, secret) });
}

/** Whether an ACK belongs to a refusal that left no state; it is expected then, and not a stray one. */
export function isOfRefusalAtOnce(ack: SipMessage, secret: string): boolean {
  return ack.toTag === tagOfRefusal(ack, secret);
}

/** Header lines of a response, values checked. */
function headerLines(headers: readonly SipHeader[] = []): string {
  return headers.map(({ name, value }) => `${name}: ${value}\r\n`).join("");
}

/** The tag of a refusal that leaves no transaction, by which its ACK is recognised. */
export function tagOfRefusal(request: SipMessage, secret: string): string {
  const { callId, fromTag, cseq } = request;
  const words = `${secret} ${callId} ${fromTag} ${cseq?.number}`;
  return createHash("sha256").update(words).digest("hex").slice(0, 16);
}

function sendOnce(
  core: AgentCore,
  request: SipMessage,
  flow: Flow,
  status: number,
  parts: Pick<RefusalParts, "lines" | "toTag" | "reason">,
): void {
  const { text } = makeRefusal(core, request, flow.peer, status, parts);
  const { callId: sipCallId, method } = request;
  traceSent(core, flow, { sipCallId, method, status, text }, false);
  const destination = datagramResponseAddress(request, flow);
  const back = destination === undefined ? flow : (core.transport.flowTo(destination, flow) ?? flow);
  back.send(Buffer.from(text, request.encoding), () => undefined);
}

/** Counts and logs a dropped message. */
export function drop(
  core: Pick<AgentCore, "refusals">,
  message: SipMessage,
  peer: SipAddress,
  cause: RefusalCause,
  why: string,
): void {
  core.refusals.note(refusalOf(message, peer, { status: undefined, cause, why }), refusalCauses[cause].level);
}

/** Counts and logs dropped bytes that are no message. */
export function dropBytes(core: Pick<AgentCore, "refusals">, peer: SipAddress, why: string): void {
  const { level } = refusalCauses["not-sip"];
  core.refusals.note({ cause: "not-sip", status: undefined, method: "message", peer, why }, level);
}

/** Counts and logs a connection that was closed before a message came over it. */
export function dropConnection(
  core: Pick<AgentCore, "refusals">,
  peer: SipAddress,
  cause: ConnectionCause,
  why: string,
): void {
  const { level } = refusalCauses[cause];
  core.refusals.note({ cause, status: undefined, method: "connection", peer, why }, level);
}

/** Counts a message that was not read, since its source is banned. */
export function countUnheard({ refusals }: Pick<AgentCore, "refusals">): void {
  refusals.count("banned");
}

/** Counts and logs a ban. */
export function tellBan({ refusals }: Pick<AgentCore, "refusals">, { peer, why }: Ban, banMs: number): void {
  const { level } = refusalCauses.ban;
  refusals.note(
    {
      cause: "ban",
      status: undefined,
      method: "source",
      peer,
      why: `it is banned for ${banMs / 1_000} s; what it did last: ${why}`,
    },
    level,
  );
}

function refusalOf(
  message: SipMessage,
  peer: SipAddress,
  { status, cause, why, error }: { status: number | undefined; cause: string; why: string; error?: unknown },
): Refusal {
  const isRequest = message.start.type === "request";
  return {
    ...{ cause, status, peer, why, error, sipCallId: message.callId },
    method: isRequest ? message.method.slice(0, 32) : `response to ${message.cseq?.method ?? "?"}`,
    requestUri: isRequest ? message.requestUri : undefined,
    from: message.first("from"),
  };
}

/** A stranger that is not taken is not told what answers it. */
function makeRefusal(
  core: AgentCore,
  request: SipMessage,
  peer: SipAddress,
  status: number,
  { lines = "", toTag, reason }: Pick<RefusalParts, "lines" | "toTag" | "reason">,
): ReadyResponse {
  const server = core.guard.mustProve(peer) ? "" : `Server: ${core.userAgent}\r\n`;
  const parts = { status, reason, toTag, lines: `${lines}${server}` };
  return { status, text: printResponse(request, parts) };
}
