import { printRequest, type SipMessage } from "../../sip-syntax/index.ts";
import type { Authorization } from "../digest/nonces.ts";
import { nextHopUri, routeRequest, sdpOf } from "../dialog/dialog.ts";
import { flowForDialog } from "../dialog/next-hop.ts";
import type { SessionEffect, SessionInput } from "../dialog/session-effects.ts";
import { stepSession } from "../dialog/session-machine.ts";
import {
  isAckKnown,
  isOver,
  isUp,
  takesAck,
  unacknowledgedOf,
  type SessionState,
  type SessionTimerName,
} from "../dialog/session-state.ts";
import { admitWithin } from "../method/admission.ts";
import type { ClientTransaction } from "../transaction/client-transaction.ts";
import { traceSent } from "../transaction/context.ts";
import type { ReadyResponse } from "../transaction/server-machine.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import type { Flow } from "../transport/flow.ts";
import type { CallDelegate, TransferReply, TransferRequest } from "../types.ts";
import { guard, makeResponse, type AgentCore } from "./core.ts";
import { noAuthorization, readChallengesFor, whyNotAnswered, type SipCredentials } from "./credentials.ts";
import { DeadlineTimers, momentOf } from "./deadline-timers.ts";
import { makeDialogRequest } from "./dialog-request.ts";
import { NamedHop } from "./named-hop.ts";
import { sendCancel } from "./invite.ts";
import { decline, refuse } from "./refuse.ts";
import { readResponse, responseLines } from "./session-messages.ts";

/** What a session needs beside its state. */
export interface SessionParts {
  readonly core: AgentCore;
  /** Where the message that made the dialog came from. */
  readonly flow: Flow;
  readonly delegate: () => CallDelegate;
  /** Called once, when nothing more is to be done. */
  readonly onLeave: () => void;
  /** For those who ask who we are. */
  readonly credentials: () => SipCredentials | undefined;
  /** That of the INVITE of ours that made the dialog. */
  readonly authorization?: Authorization;
}

type Effect<Do extends SessionEffect["do"]> = Extract<SessionEffect, { do: Do }>;

/** The transactions that a step may answer. */
interface Answerable {
  readonly request: ServerTransaction | undefined;
  readonly pending: ServerTransaction | undefined;
  readonly offer: ServerTransaction | undefined;
  readonly refer: ServerTransaction | undefined;
}

/** Runs the machine of one dialog and performs its effects. */
export class Session {
  readonly #parts: SessionParts;
  readonly #timers: DeadlineTimers<SessionTimerName>;
  #state: SessionState;
  #flow: Flow;
  /** Releases the connection of the last message, which was kept open for the call. */
  #unhold: () => void;
  /** The INVITE that waits for our final response. */
  #pending: ServerTransaction | undefined;
  /** The request whose offer is in hand. */
  #offer: ServerTransaction | undefined;
  /** The REFER that waits for the owner. */
  #refer: ServerTransaction | undefined;
  /** Our last provisional response. */
  #provisional: ReadyResponse | undefined;
  /** Our 2xx to an INVITE, which is sent again until its ACK comes. */
  #accepted: { readonly transaction: ServerTransaction; readonly response: ReadyResponse } | undefined;
  readonly #named: NamedHop;
  #ack: ReadyAck | undefined;
  /** Our last INVITE in the dialog. */
  #reInvite: ClientTransaction | undefined;
  /** That of our last INVITE, which its ACK repeats. */
  #authorization: Authorization;

  /** @param pending the INVITE that came in */
  constructor(parts: SessionParts, state: SessionState, pending: ServerTransaction | undefined) {
    this.#parts = parts;
    this.#state = state;
    this.#named = new NamedHop(parts.core);
    this.#flow = parts.flow;
    this.#unhold = parts.flow.watch(() => undefined);
    this.#pending = pending;
    this.#authorization = parts.authorization ?? noAuthorization;
    this.#timers = new DeadlineTimers(parts.core.clock, (name) => this.feed({ type: "timer", name }));
    this.#timers.follow(state.deadlines, parts.core.clock.now());
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Takes one input. `request`: its transaction, of a request. */
  feed(input: SessionInput, request?: ServerTransaction): void {
    const moment = momentOf(this.#parts.core.clock);
    const [next, effects] = stepSession(this.#state, input, moment);
    const answerable = { request, pending: this.#pending, offer: this.#offer, refer: this.#refer };
    this.#state = next;
    this.#timers.follow(next.deadlines, moment.atMs);
    for (const effect of effects) this.#perform(effect, answerable);
    this.#forgetAnswered();
    this.#followName();
  }

  /** A request in the dialog. */
  handleRequest(transaction: ServerTransaction): void {
    transaction.isOfCall = !isOver(this.#state);
    const { request, flow } = transaction;
    const content = admitWithin(request, this.#parts.core.methods);
    this.feed({ type: "request", seq: request.cseq?.number ?? 0, peer: flow.peer, content }, transaction);
  }

  /** The ACK of a 2xx of ours. False: it belongs to none. */
  handleAck(ack: SipMessage): boolean {
    const seq = ack.cseq?.number ?? -1;
    if (!takesAck(this.#state, seq)) return false;
    this.feed({ type: "ack", seq, sdp: sdpOf(ack) });
    return true;
  }

  isAckKnown(ack: SipMessage): boolean {
    return isAckKnown(this.#state, ack.cseq?.number ?? -1);
  }

  /** What was answered and needs no ACK any more is not kept in memory. */
  #forgetAnswered(): void {
    if (this.#state.phase.type !== "early") {
      this.#pending = undefined;
      this.#provisional = undefined;
    }
    if (this.#state.inHand === undefined) this.#offer = undefined;
    if (this.#state.transfer?.isTaken !== false) this.#refer = undefined;
    if (unacknowledgedOf(this.#state) === undefined) this.#accepted = undefined;
  }

  #perform(effect: SessionEffect, answerable: Answerable): void {
    const { core } = this.#parts;
    const delegate = this.#parts.delegate();
    switch (effect.do) {
      case "respond":
        return this.#respond(effect, answerable[effect.to]);
      case "resend-answer":
        return this.#accepted?.transaction.respond(this.#accepted.response);
      case "resend-provisional":
        return this.#provisional && answerable.pending?.respond(this.#provisional);
      case "refuse":
        return this.#refuse(effect, answerable[effect.to]);
      case "decline":
        if (answerable.pending !== undefined) decline(core, answerable.pending, effect.refusal, this.#localTag);
        return undefined;
      case "send-request":
        return this.#send(effect);
      case "cancel-invite":
        return sendCancel(core, this.#reInvite, this.#state.dialog.sipCallId);
      case "abandon-invite":
        return this.#reInvite?.abandon();
      case "acknowledge":
        return this.#acknowledge(effect.seq);
      case "note-flow":
        return this.#noteFlow(answerable[effect.of]?.flow);
      case "ask-owner":
        return this.#askOwner(effect.offer, answerable.request);
      case "ask-offer":
        return this.#askOffer();
      case "tell-offer":
        return guard(core, "onOfferSettled", () => delegate.onOfferSettled?.(effect.outcome));
      case "tell-refreshed":
        return guard(core, "onRefreshed", () => delegate.onRefreshed?.({ sdp: effect.sdp }));
      case "ask-transfer":
        return this.#askTransfer(effect.request, answerable.request);
      case "tell-acknowledged":
        return guard(core, "onAcknowledged", () => delegate.onAcknowledged?.({ sdp: effect.sdp }));
      case "tell-early-answer":
        return guard(core, "onEarlyAnswer", () => delegate.onEarlyAnswer?.({ sdp: effect.sdp }));
      case "tell-progress":
        return guard(core, "onProgress", () => delegate.onProgress?.({ status: effect.status, sdp: effect.sdp }));
      case "tell-answered":
        return guard(core, "onAnswered", () => delegate.onAnswered?.({ sdp: effect.sdp }));
      case "tell-key":
        return guard(core, "onInfoDigit", () => delegate.onInfoDigit?.(effect.digit, effect.durationMs));
      case "tell-end":
        return guard(core, "onEnded", () => delegate.onEnded(effect.end));
      case "leave":
        this.#unhold();
        this.#abandonReInvite();
        return this.#parts.onLeave();
      case "ignore":
        return core.log.debug({ phase: this.#state.phase.type, why: effect.why }, "SIP input ignored");
      default:
        return effect satisfies never;
    }
  }

  get #localTag(): string {
    return this.#state.dialog.localTag;
  }

  #respond(effect: Effect<"respond">, transaction: ServerTransaction | undefined): void {
    if (transaction === undefined) return;
    const { core } = this.#parts;
    const { status, sdp: body } = effect;
    const lines = `${responseLines(core, effect.form, transaction, this.#state.contactUser)}${effect.lines}`;
    const response = makeResponse(core, transaction.request, { status, toTag: this.#localTag, lines, body });
    if (status === 200 && transaction.request.method === "INVITE") this.#accepted = { transaction, response };
    if (effect.form === "early") this.#provisional = response;
    transaction.respond(response);
  }

  #refuse({ refusal }: Effect<"refuse">, transaction: ServerTransaction | undefined): void {
    if (transaction !== undefined) refuse(this.#parts.core, transaction, { ...refusal, toTag: this.#localTag });
  }

  #askOwner(offer: string | undefined, request: ServerTransaction | undefined): void {
    this.#offer = request;
    const reply = guard(this.#parts.core, "onOffer", () => this.#parts.delegate().onOffer?.(offer));
    this.feed({ type: "user", wish: "reply", reply });
  }

  /** The owner may have ended the call meanwhile. */
  #askOffer(): void {
    if (this.#state.ownOffer?.is !== "asked") return;
    const sdp = guard(this.#parts.core, "onOfferDue", () => this.#parts.delegate().onOfferDue?.());
    this.feed({ type: "user", wish: "written-offer", sdp });
  }

  #askTransfer(asked: TransferRequest, request: ServerTransaction | undefined): void {
    this.#refer = request;
    const answer = (whyNot: string | undefined) => this.feed({ type: "user", wish: "answer-transfer", whyNot });
    const reply: TransferReply = {
      take: () => answer(undefined),
      refuse: answer,
      tell: (status) => this.feed({ type: "user", wish: "tell-transfer", status }),
    };
    const delegate = this.#parts.delegate();
    const isAsked = guard(this.#parts.core, "onTransfer", () => {
      delegate.onTransfer?.(asked, reply);
      return delegate.onTransfer !== undefined;
    });
    if (isAsked !== true) answer(noTransfer);
  }

  #send({ method, seq, headers: own, sdp: body }: Effect<"send-request">): void {
    const { core } = this.#parts;
    const credentials = this.#parts.credentials();
    const { contactUser: user } = this.#state;
    const { dialog } = this.#reach();
    const flow = this.#nextFlow();
    const uri = routeRequest(dialog).requestUri;
    const authorization = credentials?.authorize({ method, uri }) ?? noAuthorization;
    if (method === "INVITE") this.#authorization = authorization;
    const headers = [...authorization.headers, ...own];
    const request = makeDialogRequest(core, dialog, flow, method, {
      ...{ seq, headers, body, user },
      ...(method === "NOTIFY" ? { contentType: "message/sipfrag;version=2.0" } : {}),
    });
    const transaction = core.transactions.send(request, flow, {
      onResponse: (response) => {
        if (response.status >= 200) this.#takeResponse(response, method, seq, authorization);
      },
      onFailed: () => this.feed({ type: "failed", of: method }),
    });
    if (method === "INVITE") this.#reInvite = transaction;
  }

  /** A far end may say "100 Trying" to an INVITE of ours and then no more. Its final response is waited for as long as that to a CANCEL. RFC 3261 §9.1 */
  #abandonReInvite(): void {
    const invite = this.#reInvite;
    if (invite === undefined || invite.isSettled()) return;
    const { clock, timers } = this.#parts.core;
    clock.startTimer(64 * timers.t1Ms, () => {
      if (!invite.isSettled()) invite.abandon();
    });
  }

  #takeResponse(response: SipMessage, method: string, seq: number, sent: Authorization): void {
    const { core } = this.#parts;
    const credentials = this.#parts.credentials();
    const { localSeq } = this.#state.dialog;
    const { status } = response;
    const reading = readChallengesFor(credentials, response, sent);
    this.feed(readResponse(response, method, seq, reading.challenges));
    if ((status === 401 || status === 407) && this.#state.dialog.localSeq === localSeq)
      core.log.warn({ status, method, why: whyNotAnswered(credentials, reading) }, "SIP authentication failed");
  }

  #acknowledge(seq: number): void {
    const { core } = this.#parts;
    const isRepeated = this.#ack?.seq === seq;
    const ack = isRepeated && this.#ack?.flow.isOpen() === true ? this.#ack : this.#makeAck(seq);
    this.#ack = ack;
    const { text, flow } = ack;
    const { sipCallId } = this.#state.dialog;
    traceSent(core, flow, { sipCallId, method: "ACK", status: 0, text }, isRepeated);
    flow.send(Buffer.from(text), () => undefined);
  }

  #makeAck(seq: number): ReadyAck {
    const { core } = this.#parts;
    const { headers } = this.#authorization;
    const makeFor = (flow: Flow): ReadyAck => {
      const request = makeDialogRequest(core, this.#reach().dialog, flow, "ACK", { seq, headers });
      return { seq, text: printRequest(request), flow };
    };
    const ack = makeFor(this.#nextFlow());
    const large = core.transport.large.flowFor(Buffer.byteLength(ack.text), ack.flow);
    return large === undefined ? ack : makeFor(large);
  }

  #followName(): void {
    if (!isUp(this.#state)) return;
    const { dialog, staysWithPeer } = this.#reach();
    if (!staysWithPeer) this.#named.follow(nextHopUri(dialog), this.#flow.peer);
  }

  /** The flow for the next request of ours. */
  #nextFlow(): Flow {
    const { dialog, staysWithPeer } = this.#reach();
    // A browser comes back by another WebSocket, over which it registers again, and nobody opens one to it.
    if (this.#flow.transport.records === undefined && !this.#flow.isOpen()) {
      const again = this.#parts.core.findFlow(dialog.remoteTarget);
      if (again !== undefined) return again;
    }
    return flowForDialog(dialog, this.#flow, staysWithPeer, this.#parts.core.transport, this.#named.address);
  }

  /** The dialog as requests of ours are sent in it. A phone that got a URI for itself from this server names that: it means where the phone has
   * registered, and without that where its messages come from. RFC 5627 §4.4, §5.1 */
  #reach(): Pick<SessionState, "dialog" | "staysWithPeer"> {
    const { dialog, staysWithPeer } = this.#state;
    const contacts = this.#parts.core.findDevice(dialog.remoteTarget);
    if (contacts === undefined) return { dialog, staysWithPeer };
    const remoteTarget = contacts[0]?.uri ?? dialog.remoteTarget;
    return { dialog: { ...dialog, remoteTarget }, staysWithPeer: staysWithPeer || dialog.routes.length === 0 };
  }

  #noteFlow(flow: Flow | undefined): void {
    if (flow === undefined || flow === this.#flow || this.#state.phase.type === "ended") return;
    this.#unhold();
    this.#flow = flow;
    this.#unhold = flow.watch(() => undefined);
  }
}

const noTransfer = "the owner of the call transfers nobody";

/** The ACK of a 2xx, kept so that it can be sent again as it was. */
interface ReadyAck {
  readonly seq: number;
  readonly text: string;
  readonly flow: Flow;
}
