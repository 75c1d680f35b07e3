import { sessionBody, type SipMessage, parseNameAddr, parseSipUri } from "../../sip-syntax/index.ts";
import { newSipCallId, newTag } from "../random.ts";
import { dialogOfResponse } from "../dialog/dialog.ts";
import { isBehindNat } from "../dialog/next-hop.ts";
import { agreedAsClient } from "../dialog/session-interval.ts";
import type { ClientTransaction } from "../transaction/client-transaction.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import type { Flow } from "../transport/flow.ts";
import type { CallEnd, OutgoingCall, OutgoingCallRequest, SipReason } from "../types.ts";
import { assertHeaders, assertParty, assertUri } from "./assertions.ts";
import { guard, respond, type AgentCore } from "./core.ts";
import { cancelOf, inviteSeq, makeInvite, toParty } from "./invite.ts";
import { createSession } from "./open-session.ts";
import type { DialogOwner } from "./registry.ts";
import { noteCapabilities, type Session } from "./session.ts";

/** Sends an INVITE and follows the call. Throws SIP_BAD_HEADER or SIP_BAD_URI for what cannot be sent; failures of the network come to the
 * delegate, after this returned. RFC 3261 §13.2 */
export function createOutgoingCall(core: AgentCore, request: OutgoingCallRequest): OutgoingCall {
  assertUri(request.requestUri);
  assertParty(request.to);
  assertParty(request.from);
  assertHeaders(request.headers);
  const call = new UacCall(core, request);
  call.start(core.transport.flowTo(request.nextHop));
  return { sipCallId: call.sipCallId, hangUp: (reason) => call.hangUp(reason) };
}

/** One INVITE of ours with the dialogs that its answers make. */
class UacCall implements DialogOwner {
  readonly sipCallId = newSipCallId();
  readonly #core: AgentCore;
  readonly #request: OutgoingCallRequest;
  readonly #localTag = newTag();
  readonly #from: string;
  readonly #contactUser: string;
  /** Open dialogs by the far end's tag: the first is the call, others are forks that answered too late. */
  readonly #sessions = new Map<string, Session>();
  /** All dialogs so far, for the ACKs of retransmitted 2xx responses. */
  readonly #answered = new Map<string, Session>();
  /** Tags of far ends whose BYE came before their answer. */
  readonly #left = new Set<string>();
  #invite: ClientTransaction | undefined;
  #call: Session | undefined;
  #isStarting = true;
  #isEnded = false;
  #isInviteOpen = true;
  #hasProvisional = false;
  /** The Reason for the far end when the call was given up. */
  #reason: SipReason | undefined;
  #wantsCancel = false;
  /** Stops the wait for the final response to a cancelled INVITE. */
  #stopWaiting = () => {};

  constructor(core: AgentCore, request: OutgoingCallRequest) {
    this.#core = core;
    this.#request = request;
    this.#from = `${toParty(request.from)};tag=${this.#localTag}`;
    this.#contactUser = parseSipUri(parseNameAddr(request.from)?.uri ?? "")?.user ?? "";
  }

  /** Sends the INVITE; `flow` is undefined when no listener has the transport. */
  start(flow: Flow | undefined): void {
    if (flow === undefined) {
      this.#finish({ type: "transport", message: `no ${this.#request.nextHop.transport} listener to send from` });
      return;
    }
    this.#core.registry.add(this.sipCallId, this.#localTag, this);
    const own = { from: this.#from, sipCallId: this.sipCallId, contactUser: this.#contactUser };
    this.#invite = this.#core.transactions.send(makeInvite(this.#core, this.#request, flow, own), flow, {
      onResponse: (response) => this.#takeResponse(response, flow),
      onFailed: (cause, message) => {
        this.#stopWaiting();
        this.#finish(cause === "timeout" ? { type: "timeout" } : { type: "transport", message });
        this.#closeInvite();
      },
    });
    this.#isStarting = false;
  }

  hangUp(reason?: SipReason): void {
    if (this.#call !== undefined) {
      if (this.#call.isEnded()) return;
      this.#call.finish({ type: "local" });
      this.#call.sendBye(reason);
      return;
    }
    this.#giveUp({ type: "local" }, reason);
  }

  handleRequest(transaction: ServerTransaction): boolean {
    const { fromTag, method } = transaction.request;
    const session = this.#sessions.get(fromTag);
    if (session !== undefined) {
      session.handleRequest(transaction);
      return true;
    }
    if (method !== "BYE" || !this.#isInviteOpen) return false;
    this.#takeEarlyBye(transaction, fromTag);
    return true;
  }

  /** The far end hung up right after it answered, and its BYE came before its 200, or the 200 was lost. It should have waited for our ACK (RFC
   * 3261 §15), but the call has ended. */
  #takeEarlyBye(transaction: ServerTransaction, tag: string): void {
    respond(this.#core, transaction, { status: 200, toTag: "" });
    this.#left.add(tag);
    this.#giveUp({ type: "bye" });
  }

  /** Ends a call that is not answered; its INVITE is cancelled as soon as that is allowed. RFC 3261 §9.1 */
  #giveUp(end: CallEnd, reason?: SipReason): void {
    if (this.#isEnded) return;
    this.#reason = reason;
    this.#wantsCancel = true;
    this.#finish(end);
    if (this.#hasProvisional) this.#cancel();
  }

  handleAck(ack: SipMessage): boolean {
    return this.#sessions.get(ack.fromTag)?.handleAck(ack) ?? false;
  }

  isAckKnown(ack: SipMessage): boolean {
    return this.#sessions.get(ack.fromTag)?.isAckKnown(ack) ?? false;
  }

  #takeResponse(response: SipMessage, flow: Flow): void {
    if (response.status < 200) return this.#takeProvisional(response);
    this.#stopWaiting();
    if (response.status < 300) return this.#takeAnswer(response, flow);
    const reason = response.start.type === "response" ? response.start.reason : "";
    this.#finish({ type: "rejected", status: response.status, reason });
    return this.#closeInvite();
  }

  #takeProvisional(response: SipMessage): void {
    const isFirst = !this.#hasProvisional;
    this.#hasProvisional = true;
    if (this.#wantsCancel) {
      if (isFirst) this.#cancel();
      return;
    }
    if (response.status === 100 || this.#isEnded || this.#call !== undefined) return;
    const progress = { status: response.status, sdp: readSdp(response) };
    guard(this.#core, "onProgress", () => this.#request.delegate.onProgress?.(progress));
  }

  #takeAnswer(response: SipMessage, flow: Flow): void {
    const known = this.#answered.get(response.toTag);
    if (known !== undefined) return known.acknowledge(response);
    const session = this.#openSession(response, flow);
    session.acknowledge(response);
    this.#isInviteOpen = false;
    if (this.#left.has(response.toTag)) return session.leave();
    if (this.#call !== undefined) return session.sendBye({ status: 200, text: "Call completed elsewhere" });
    if (this.#isEnded) return session.sendBye(this.#reason ?? { status: 487, text: "the call was given up" });
    this.#call = session;
    session.timer.restart(agreedAsClient(response));
    guard(this.#core, "onAnswered", () => this.#request.delegate.onAnswered?.({ sdp: readSdp(response) }));
    return undefined;
  }

  #openSession(response: SipMessage, flow: Flow): Session {
    const { requestUri, offer } = this.#request;
    const sent = { from: this.#from, localTag: this.#localTag, requestUri, seq: inviteSeq };
    const tag = response.toTag;
    const session = createSession({
      core: this.#core,
      dialog: dialogOfResponse(sent, response),
      flow,
      staysOnFlow: this.#core.isSymmetric(flow.peer) ?? isBehindNat(response, flow),
      contactUser: this.#contactUser,
      delegate: () => (this.#call === session ? this.#request.delegate : { onEnded: () => undefined }),
      onLeave: () => {
        this.#sessions.delete(tag);
        this.#leaveWhenDone();
      },
    });
    noteCapabilities(session, response);
    session.localSdp = offer;
    this.#sessions.set(tag, session);
    this.#answered.set(tag, session);
    return session;
  }

  /** Sends CANCEL, and gives the INVITE up when no final response follows within 64*T1. RFC 3261 §9.1 */
  #cancel(): void {
    const invite = this.#invite;
    if (invite === undefined || invite.isSettled()) return;
    const handlers = { onResponse: () => undefined, onFailed: () => undefined };
    this.#core.transactions.send(cancelOf(invite.request, this.sipCallId, this.#reason), invite.flow, handlers);
    const limit = this.#core.clock.startTimer(64 * this.#core.timers.t1Ms, () => {
      if (invite.isSettled()) return;
      invite.abandon();
      this.#closeInvite();
    });
    this.#stopWaiting = () => limit.cancel();
  }

  /** Tells the owner once how the call ended, never before `createOutgoingCall` returned. */
  #finish(end: CallEnd): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const tell = () => guard(this.#core, "onEnded", () => this.#request.delegate.onEnded(end));
    if (this.#isStarting) this.#core.clock.startTimer(0, tell);
    else tell();
  }

  #closeInvite(): void {
    this.#isInviteOpen = false;
    this.#leaveWhenDone();
  }

  #leaveWhenDone(): void {
    if (!this.#isInviteOpen && this.#sessions.size === 0) this.#core.registry.remove(this.sipCallId, this.#localTag);
  }
}

function readSdp(response: SipMessage): string | undefined {
  const body = sessionBody(response);
  return body.type === "sdp" ? body.sdp : undefined;
}
