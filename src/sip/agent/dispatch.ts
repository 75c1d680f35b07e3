import { type SipMessage, reasonPhrase } from "../../sip-syntax/index.ts";
import { newTag } from "../random.ts";
import type { CancelledInvite } from "../transaction/server-machine.ts";
import { serverKey, type ServerTransaction } from "../transaction/server-transaction.ts";
import type { Flow } from "../transport/flow.ts";
import type { TransactionUser } from "../transaction/transaction-table.ts";
import type { IncomingCall, InviteRefusal, OptionsQuery, UserAgentOptions } from "../types.ts";
import { sdpOf } from "../dialog/dialog.ts";
import type { SipAccount } from "../digest/account.ts";
import { admitOutside } from "../method/admission.ts";
import type { RequestRefusal } from "../dialog/session-effects.ts";
import { capabilityLines, guard, respond, type AgentCore } from "./core.ts";
import { errorMessage } from "../../kernel/index.ts";
import type { Caller, Callers } from "./callers.ts";
import { createIncomingCall, toUri } from "./incoming-call.ts";
import type { RefusalCause } from "../refusal-causes.ts";
import {
  decline,
  drop,
  isOfRefusalAtOnce,
  refuse,
  refuseAtOnce,
  refuseWithoutState,
  type EarlyRefusal,
} from "./refuse.ts";
import { createRefusedInvites } from "./refused-invites.ts";
import type { Registrar } from "./registrar.ts";
import { findReplaced, replaceCall } from "./replace-call.ts";

/** What the dispatcher needs besides the core. */
export interface DispatchOptions {
  readonly core: () => AgentCore;
  readonly onInvite: (call: IncomingCall) => void;
  readonly whyRefused: UserAgentOptions["whyRefused"];
  readonly onOptions: UserAgentOptions["onOptions"];
  /** undefined: nobody may register, and nobody is asked who he is. */
  readonly phones: { readonly callers: Callers; readonly registrar: Registrar } | undefined;
  readonly isClosing: () => boolean;
}

/** Passes requests of the transaction layer to their calls, and answers those that belong to none. RFC 3261 §8.2 */
export function createDispatch(options: DispatchOptions): TransactionUser {
  const secret = newTag();
  const refused = createRefusedInvites({ monotonicMs: () => options.core().clock.monotonicMs() });

  return {
    refuseAtOnce(request, flow) {
      const core = options.core();
      if (core.registry.find(request.callId, request.toTag) !== undefined) return false;
      const beginsCall = request.method === "INVITE" && request.toTag === "";
      const ofCopy = beginsCall && !refused.isEmpty() ? refused.find(serverKey(request, "INVITE")) : undefined;
      const refusal = ofCopy ?? whyKeptOut(core, request, flow) ?? (beginsCall ? options.whyRefused?.() : undefined);
      if (refusal === undefined) return false;
      refuseAtOnce(core, request, flow, refusal, secret);
      if (beginsCall && refusal.status === 503) refused.keep(serverKey(request, "INVITE"), refusal);
      return true;
    },
    onRequest(transaction) {
      const core = options.core();
      const { request } = transaction;
      if (request.toTag === "") return takeOutside(options, transaction, undefined, secret);
      if (core.registry.find(request.callId, request.toTag)?.handleRequest(transaction) === true) return undefined;
      const why = `no call has the Call-ID and tags of this ${request.method}`;
      return refuse(core, transaction, { cause: "no-dialog", why, toTag: "" });
    },
    onCancel: (cancel, invite) => takeOutside(options, cancel, invite, secret),
    onAck: (ack) => options.core().registry.find(ack.callId, ack.toTag)?.handleAck(ack) ?? false,
    isAckKnown: (ack) => options.core().registry.find(ack.callId, ack.toTag)?.isAckKnown(ack) ?? false,
    onFault(request, flow, { why, status }) {
      const core = options.core();
      const refusal = whyKeptOut(core, request, flow);
      // Who is told to leave may know as well what is wrong.
      if (refusal !== undefined && refusal.status !== 403) return refuseAtOnce(core, request, flow, refusal, secret);
      const cause = faultCauses[status] ?? "malformed";
      const parts: RequestRefusal = { cause, why, reason: `${reasonPhrase(status)} (${why})` };
      return refuseWithoutState(core, request, flow, parts, secret);
    },
    onFull(request, flow) {
      const why = "more requests of this source, or of all, wait for an answer than are kept";
      const parts: RequestRefusal = { cause: "too-many-requests", why, lines: "Retry-After: 10\r\n" };
      refuseWithoutState(options.core(), request, flow, parts, secret);
    },
    onStray(message, peer, cause, why) {
      if (cause === "stray-ack" && isOfRefusalAtOnce(message, secret)) return;
      drop(options.core(), message, peer, cause, why);
    },
  };
}

/** Why the guard lets a request no further. */
function whyKeptOut(core: AgentCore, request: SipMessage, flow: Flow): EarlyRefusal | undefined {
  const refusal = core.guard.whyRefused(request, flow.peer);
  if (refusal?.status !== 503) return refusal;
  return { ...refusal, headers: [{ name: "Retry-After", value: "5" }] };
}

/** A request that belongs to no call. `invite`: the one that a CANCEL means. */
function takeOutside(
  options: DispatchOptions,
  transaction: ServerTransaction,
  invite: CancelledInvite | undefined,
  secret: string,
): void {
  const core = options.core();
  const { request, isMerged, flow } = transaction;
  const hasInvite = invite !== undefined;
  const { isSecure } = flow.transport;
  const admitted = admitOutside(
    { request, isMerged, isSecure, isClosing: options.isClosing(), hasInvite },
    core.methods,
  );
  switch (admitted.type) {
    case "refused":
      return refuse(core, transaction, { ...admitted.refusal, toTag: newTag() });
    case "call":
    case "query":
    case "registration":
      return takeOfCaller(options, transaction, admitted.type, secret);
    case "cancellation":
      respond(core, transaction, { status: 200, toTag: invite?.localTag ?? newTag() });
      return invite?.cancellable?.cancel();
    default:
      return admitted satisfies never;
  }
}

/** A request that is sound, once it is known who sent it. */
function takeOfCaller(
  { core: findCore, phones, onInvite, onOptions }: DispatchOptions,
  transaction: ServerTransaction,
  begins: "call" | "query" | "registration",
  secret: string,
): void {
  const core = findCore();
  const { request, flow } = transaction;
  const caller: Caller = phones?.callers.identify(request, flow.peer) ?? { type: "stranger" };
  if (caller.type === "refused") return refuseCaller(core, transaction, caller.refusal, secret);
  const account = caller.type === "account" ? caller.account : undefined;
  if (begins === "call") return beginCall(core, transaction, onInvite, account);
  if (begins === "query") return answerOptions(core, transaction, onOptions);
  if (phones === undefined) return undefined;
  const refusal = whyNotRegistered(request, account, phones.callers);
  if (refusal !== undefined) return refuse(core, transaction, { ...refusal, toTag: newTag() });
  if (account !== undefined) phones.registrar.take(transaction, account);
  return undefined;
}

/** An INVITE is asked for credentials once, without a transaction that would ask again until its ACK: who sends in the name of somebody else must not
 * have that said to him time after time. A caller that missed it sends its INVITE again. RFC 3261 §26.3.2.4 */
function refuseCaller(core: AgentCore, transaction: ServerTransaction, refusal: RequestRefusal, secret: string): void {
  const { request, flow } = transaction;
  const isChallenge = refusal.cause === "unauthenticated" && request.method === "INVITE";
  if (!isChallenge || flow.transport.isReliable) return refuse(core, transaction, { ...refusal, toTag: newTag() });
  refuseWithoutState(core, request, flow, refusal, secret);
  return transaction.dispose();
}

/** Why an account may not register what a REGISTER names. RFC 3261 §10.3 */
function whyNotRegistered(
  { to }: SipMessage,
  account: SipAccount | undefined,
  callers: Callers,
): RequestRefusal | undefined {
  const who = `${to?.uri.slice(0, 200)}`;
  if (account === undefined || !account.mayRegister)
    return { cause: "not-registered", why: `${who} is no phone of this server` };
  if (callers.isOf(account, to?.uri ?? "")) return undefined;
  return { cause: "not-its-account", why: `it is for ${who}, and the credentials are those of ${account.name}` };
}

function beginCall(
  core: AgentCore,
  transaction: ServerTransaction,
  onInvite: DispatchOptions["onInvite"],
  account: SipAccount | undefined,
): void {
  const { request, flow } = transaction;
  const replaced = findReplaced(core, request, flow.peer, account !== undefined);
  if (replaced !== undefined && "refusal" in replaced)
    return refuse(core, transaction, { ...replaced.refusal, toTag: newTag() });
  respond(core, transaction, { status: 100, toTag: "", lines: timestampLine(request) });
  const opened = createIncomingCall(core, transaction, sdpOf(request), account);
  transaction.cancellable = opened;
  transaction.localTag = opened.localTag;
  if (replaced !== undefined) return replaceCall(core, replaced, opened.call);
  try {
    onInvite(opened.call);
  } catch (error) {
    guard(core, "onInvite", () => {
      throw error;
    });
    opened.call.hangUp();
  }
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
    if (refusal === undefined)
      respond(core, transaction, { status: 200, toTag: newTag(), lines: `${capabilityLines(core)}${acceptLines}` });
    else decline(core, transaction, refusal, newTag());
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

const acceptLines = "Accept: application/sdp\r\nAccept-Encoding: identity\r\nAccept-Language: en\r\n";

/** The 100 returns the Timestamp. RFC 3261 §8.2.6.1 */
function timestampLine(request: SipMessage): string {
  const timestamp = request.first("timestamp");
  return timestamp === undefined ? "" : `Timestamp: ${timestamp}\r\n`;
}
