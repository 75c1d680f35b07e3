import { createHash } from "node:crypto";
import { sessionBody } from "../message/body.ts";
import type { SipMessage } from "../message/message.ts";
import type { ResponseParts } from "../message/print.ts";
import { newTag } from "../message/random.ts";
import { uriScheme } from "../message/uri.ts";
import { agreeAsServer, shortestSessionSeconds } from "../dialog/session-timer.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import type { TransactionUser } from "../transaction/transactions.ts";
import type { Flow } from "../transport/flow.ts";
import type { IncomingCall } from "../types.ts";
import { allowedMethods, capabilityLines, guard, makeResponse, respond, type AgentCore } from "./core.ts";
import { createIncomingCall } from "./incoming-call.ts";
import { unsupportedOptions } from "./options.ts";

/** What the dispatcher needs besides the core. */
export interface DispatchOptions {
  readonly core: () => AgentCore;
  readonly onInvite: (call: IncomingCall) => void;
  readonly isClosing: () => boolean;
  readonly count: (what: "badRequests" | "stray") => void;
}

const onlyInDialogs = new Set(["BYE", "INFO", "UPDATE"]);

/** Sends what the transaction layer tells to the calls, and answers what belongs to none. RFC 3261 §8.2 */
export function createDispatch(options: DispatchOptions): TransactionUser {
  const secret = newTag();

  const handleInvite = (transaction: ServerTransaction) => {
    const core = options.core();
    const { request } = transaction;
    const body = sessionBody(request);
    const offer = body.type === "sdp" ? body.sdp : undefined;
    respond(core, transaction, { status: 100, toTag: "", lines: timestampLine(request) });
    const opened = createIncomingCall(core, transaction, offer);
    transaction.cancelTarget = opened;
    try {
      options.onInvite(opened.call);
    } catch (error) {
      guard(core, "onInvite", () => {
        throw error;
      });
      opened.call.hangUp();
    }
  };

  return {
    onRequest(transaction) {
      const core = options.core();
      const { request } = transaction;
      if (request.toTag !== "") {
        const owner = core.registry.find(request.callId, request.toTag);
        if (owner === undefined || !owner.handleRequest(transaction)) {
          respond(core, transaction, { status: 481, toTag: "" });
        }
        return;
      }
      const refusal = findRefusal(transaction, options.isClosing());
      if (refusal !== undefined) return respond(core, transaction, { ...refusal, toTag: newTag() });
      if (request.method === "INVITE") return handleInvite(transaction);
      return respond(core, transaction, { status: 200, toTag: newTag(), lines: optionsLines });
    },
    onCancel(cancel, invite) {
      const core = options.core();
      const opened = invite?.cancelTarget;
      if (invite === undefined) return respond(core, cancel, { status: 481, toTag: newTag() });
      respond(core, cancel, { status: 200, toTag: opened?.localTag ?? newTag() });
      return opened?.cancel();
    },
    onAck: (ack) => options.core().registry.find(ack.callId, ack.toTag)?.handleAck(ack) ?? false,
    isAckKnown: (ack) => options.core().registry.find(ack.callId, ack.toTag)?.isAckKnown(ack) ?? false,
    onFault(request, flow, why) {
      options.count("badRequests");
      sendFault(options.core(), request, flow, why, secret);
    },
    onStray(message, why) {
      options.count("stray");
      options.core().log.debug({ startLine: message.startLine.slice(0, 200), why }, "SIP message dropped");
    },
  };
}

const optionsLines = `${capabilityLines}Accept: application/sdp\r\nAccept-Encoding: identity\r\nAccept-Language: en\r\n`;

/** RFC 3261 §8.2.6.1: the 100 gives the Timestamp back. */
function timestampLine(request: SipMessage): string {
  const timestamp = request.first("timestamp");
  return timestamp === undefined ? "" : `Timestamp: ${timestamp}\r\n`;
}

/** Why a request outside of dialogs is refused, in the order of RFC 3261 §8.2. */
function findRefusal(transaction: ServerTransaction, isClosing: boolean): Omit<ResponseParts, "toTag"> | undefined {
  const { request } = transaction;
  if (onlyInDialogs.has(request.method)) return { status: 481 };
  if (request.method !== "INVITE" && request.method !== "OPTIONS") {
    return { status: 405, lines: `Allow: ${allowedMethods}\r\n` };
  }
  const scheme = uriScheme(request.requestUri);
  if (scheme !== "sip" && scheme !== "sips" && scheme !== "tel") return { status: 416 };
  if (transaction.isMerged) return { status: 482 };
  const missing = unsupportedOptions(request);
  if (missing.length > 0) return { status: 420, lines: `Unsupported: ${missing.join(", ")}\r\n` };
  return request.method === "INVITE" ? findInviteRefusal(request, isClosing) : undefined;
}

/** An OPTIONS with Max-Forwards 0 is meant for us (RFC 3261 §11); an INVITE that used up its hops is most likely looping. */
function findInviteRefusal(request: SipMessage, isClosing: boolean): Omit<ResponseParts, "toTag"> | undefined {
  if (Number(request.first("max-forwards") ?? 70) === 0) return { status: 483 };
  if (sessionBody(request).type === "unsupported") {
    return { status: 415, lines: "Accept: application/sdp\r\nAccept-Encoding: identity\r\n" };
  }
  if (agreeAsServer(request).type === "too-small") {
    return { status: 422, lines: `Min-SE: ${shortestSessionSeconds}\r\n` };
  }
  return isClosing ? { status: 503 } : undefined;
}

/** Answers a request that cannot be read in full, keeping no state: the same request gets the same tag. RFC 3261 §8.2.7 */
function sendFault(core: AgentCore, request: SipMessage, flow: Flow, why: string, secret: string): void {
  const toTag = createHash("sha256").update(`${secret}${request.responseHead}`).digest("hex").slice(0, 16);
  const status = request.fault !== undefined && why === request.fault ? request.faultStatus : 400;
  const reason = status === 400 ? `Bad Request (${why})` : undefined;
  const { startLine, bytes } = makeResponse(core, request, { status, reason, toTag });
  core.trace?.({
    direction: "sent",
    peer: flow.peer,
    sipCallId: request.callId,
    startLine,
    method: request.method,
    isRetransmission: false,
  });
  flow.send(bytes, () => undefined);
}
