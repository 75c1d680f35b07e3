import { sessionBody, type SipMessage, reasonPhrase, uriScheme } from "../../sip-syntax/index.ts";
import { newTag } from "../random.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import type { TransactionUser } from "../transaction/transaction-table.ts";
import type { IncomingCall, InviteRefusal, OptionsQuery, UserAgentOptions } from "../types.ts";
import { allowedMethods, capabilityLines, guard, respond, type AgentCore } from "./core.ts";
import { errorMessage } from "../../kernel/index.ts";
import { createIncomingCall, toUri } from "./incoming-call.ts";
import { acceptRefusal, bodyRefusal, contactRefusal, intervalRefusal, requireRefusal } from "./request-refusals.ts";
import type { RefusalCause } from "../refusal-causes.ts";
import {
  drop,
  headerLines,
  isOfRefusalAtOnce,
  refuse,
  refuseAtOnce,
  refuseForOwner,
  refuseWithoutState,
  type RefusalParts,
} from "./refuse.ts";

/** What the dispatcher needs besides the core. */
export interface DispatchOptions {
  readonly core: () => AgentCore;
  readonly onInvite: (call: IncomingCall) => void;
  readonly whyRefused: UserAgentOptions["whyRefused"];
  readonly onOptions: UserAgentOptions["onOptions"];
  readonly isClosing: () => boolean;
}

const onlyInDialogs = new Set(["BYE", "INFO", "UPDATE"]);

/** Passes requests of the transaction layer to their calls, and answers those that belong to none. RFC 3261 §8.2 */
export function createDispatch(options: DispatchOptions): TransactionUser {
  const secret = newTag();

  const handleInvite = (transaction: ServerTransaction) => {
    const core = options.core();
    const { request } = transaction;
    const body = sessionBody(request);
    const offer = body.type === "sdp" ? body.sdp : undefined;
    respond(core, transaction, { status: 100, toTag: "", lines: timestampLine(request) });
    const opened = createIncomingCall(core, transaction, offer);
    transaction.cancellable = opened;
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
    refuseAtOnce(invite, flow) {
      const refusal = options.whyRefused?.();
      if (refusal !== undefined) refuseAtOnce(options.core(), invite, flow, refusal, secret);
      return refusal !== undefined;
    },
    onRequest(transaction) {
      const core = options.core();
      const { request } = transaction;
      if (request.toTag !== "") {
        const owner = core.registry.find(request.callId, request.toTag);
        if (owner === undefined || !owner.handleRequest(transaction)) {
          refuse(core, transaction, {
            cause: "no-dialog",
            why: `no call has the Call-ID and tags of this ${request.method}`,
          });
        }
        return;
      }
      const refusal = findRefusal(transaction, options.isClosing());
      if (refusal !== undefined) return refuse(core, transaction, { ...refusal, toTag: newTag() });
      if (request.method === "INVITE") return handleInvite(transaction);
      return answerOptions(core, transaction, options.onOptions);
    },
    onCancel(cancel, invite) {
      const core = options.core();
      const opened = invite?.cancellable;
      if (invite === undefined) {
        const why = "the INVITE that it cancels is not here, or was answered a while ago";
        return refuse(core, cancel, { cause: "no-transaction", why, toTag: newTag() });
      }
      respond(core, cancel, { status: 200, toTag: opened?.localTag ?? newTag() });
      return opened?.cancel();
    },
    onAck: (ack) => options.core().registry.find(ack.callId, ack.toTag)?.handleAck(ack) ?? false,
    isAckKnown: (ack) => options.core().registry.find(ack.callId, ack.toTag)?.isAckKnown(ack) ?? false,
    onFault(request, flow, { why, status }) {
      const cause = faultCauses[status] ?? "malformed";
      const parts: RefusalParts = { cause, why, reason: `${reasonPhrase(status)} (${why})` };
      refuseWithoutState(options.core(), request, flow, parts, secret);
    },
    onFull(request, flow) {
      const why = "more requests of this source, or of all, wait for an answer than are kept";
      const parts: RefusalParts = { cause: "too-many-requests", why, lines: "Retry-After: 10\r\n" };
      refuseWithoutState(options.core(), request, flow, parts, secret);
    },
    onStray(message, peer, cause, why) {
      if (cause === "stray-ack" && isOfRefusalAtOnce(message, secret)) return;
      drop(options.core(), message, peer, cause, why);
    },
  };
}

const faultCauses: Readonly<Record<number, RefusalCause>> = {
  413: "body-too-large",
  505: "version-not-supported",
  513: "message-too-large",
};
/** An OPTIONS gets the status that an INVITE would get. RFC 3261 §11.2 */
function answerOptions(
  core: AgentCore,
  transaction: ServerTransaction,
  onOptions: UserAgentOptions["onOptions"],
): void {
  const answer = (refusal: InviteRefusal | undefined) => {
    if (refusal === undefined) respond(core, transaction, { status: 200, toTag: newTag(), lines: optionsLines });
    else refuseForOwner(core, transaction, { ...refusal, toTag: newTag(), lines: headerLines(refusal.headers) });
  };
  const outcome = guard(core, "onOptions", () => onOptions?.(queryOf(transaction)));
  if (!(outcome instanceof Promise)) return answer(outcome);
  outcome.then(answer, (error: unknown) => {
    answer({ status: 500, cause: "server-error", why: errorMessage(error) });
  });
  return undefined;
}

function queryOf({ request, flow }: ServerTransaction): OptionsQuery {
  const { from, to, requestUri } = request;
  return { from: toUri(from?.uri ?? ""), to: toUri(to?.uri ?? ""), requestUri: toUri(requestUri), source: flow.peer };
}

const optionsLines = `${capabilityLines}Accept: application/sdp\r\nAccept-Encoding: identity\r\nAccept-Language: en\r\n`;

/** The 100 returns the Timestamp. RFC 3261 §8.2.6.1 */
function timestampLine(request: SipMessage): string {
  const timestamp = request.first("timestamp");
  return timestamp === undefined ? "" : `Timestamp: ${timestamp}\r\n`;
}

/** Why a request outside of dialogs is refused, in the order of RFC 3261 §8.2. */
function findRefusal(transaction: ServerTransaction, isClosing: boolean): RefusalParts | undefined {
  const { request } = transaction;
  const { method } = request;
  if (onlyInDialogs.has(method)) return { cause: "no-dialog", why: `a ${method} without a tag in To` };
  if (method !== "INVITE" && method !== "OPTIONS") {
    return { cause: "method-not-allowed", why: `allowed are ${allowedMethods}`, lines: `Allow: ${allowedMethods}\r\n` };
  }
  const scheme = uriScheme(request.requestUri);
  if (scheme !== "sip" && scheme !== "sips" && scheme !== "tel") {
    return {
      cause: "scheme-not-supported",
      why: `the scheme of the Request-URI is ${scheme}; taken are sip, sips and tel`,
    };
  }
  if (transaction.isMerged) return { cause: "merged-request", why: "it came over another path already" };
  return requireRefusal(request) ?? (method === "INVITE" ? findInviteRefusal(request, isClosing) : undefined);
}

/** An OPTIONS with Max-Forwards 0 is meant for us (RFC 3261 §11); an INVITE without hops left is most likely looping. */
function findInviteRefusal(request: SipMessage, isClosing: boolean): RefusalParts | undefined {
  if (Number(request.first("max-forwards") ?? 70) === 0) return { cause: "too-many-hops", why: "Max-Forwards is 0" };
  return (
    contactRefusal(request) ??
    acceptRefusal(request) ??
    bodyRefusal(request, "Accept: application/sdp\r\nAccept-Encoding: identity\r\n") ??
    intervalRefusal(request) ??
    (isClosing ? { cause: "stopping", why: "the server stops" } : undefined)
  );
}
