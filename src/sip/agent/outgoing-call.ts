import { type SipMessage, parseNameAddr, parseSipUri } from "../../sip-syntax/index.ts";
import { newSipCallId, newTag } from "../random.ts";
import { dialogOfResponse, farEndOf, sdpOf } from "../dialog/dialog.ts";
import {
  isInvitationOpen,
  startInvitation,
  stepInvitation,
  type InvitationEffect,
  type InvitationInput,
  type InvitationState,
} from "../dialog/invitation-machine.ts";
import { isBehindNat } from "../dialog/next-hop.ts";
import { readMinSe } from "../dialog/session-interval.ts";
import { startCalling } from "../dialog/session-machine.ts";
import type { DigestChallenge } from "../digest/challenge.ts";
import type { Authorization } from "../digest/nonces.ts";
import type { ClientTransaction } from "../transaction/client-transaction.ts";
import type { ServerTransaction } from "../transaction/server-transaction.ts";
import type { Flow } from "../transport/flow.ts";
import type { CallDelegate, CallEnd, OutgoingCall, OutgoingCallRequest, SipReason } from "../types.ts";
import { assertHeaders, assertLine, assertParty, assertUri } from "./assertions.ts";
import { guard, respond, type AgentCore } from "./core.ts";
import { noAuthorization, readChallengesFor, whyNotAnswered } from "./credentials.ts";
import { DeadlineTimers, momentOf } from "./deadline-timers.ts";
import { inviteSeq, makeInvite, sendCancel, toParty } from "./invite.ts";
import { replaceStateOf } from "./replace-call.ts";
import type { DialogOwner, Replaceable } from "./registry.ts";
import { Session } from "./session.ts";
import { readAnswer, readProvisional } from "./session-messages.ts";

/** Sends an INVITE and follows the call. Throws SIP_BAD_HEADER or SIP_BAD_URI for what cannot be sent; failures of the network come to the
 * delegate, after this returned. RFC 3261 §13.2 */
export function createOutgoingCall(
  core: AgentCore,
  request: OutgoingCallRequest,
  sipCallId = newSipCallId(),
): OutgoingCall {
  assertRequest(request);
  const call = new UacCall(core, request, sipCallId);
  call.start(flowOf(core, request));
  return { sipCallId: call.sipCallId, hangUp: (reason) => call.hangUp(reason), renegotiate: () => call.renegotiate() };
}

/** Throws SIP_BAD_HEADER or SIP_BAD_URI for what cannot be sent. */
export function assertRequest(request: OutgoingCallRequest): void {
  assertUri(request.requestUri);
  assertParty(request.to);
  assertParty(request.from);
  assertHeaders(request.headers);
  for (const route of request.routes ?? []) assertLine("Route", route);
}

function flowOf({ transport }: AgentCore, { over, nextHop }: OutgoingCallRequest): Flow | undefined {
  // The registrar gives flows under that name.
  return over?.isOpen() === true ? (over as Flow) : transport.flowTo(nextHop);
}

/** What the sessions of far ends that are not the call tell nobody. */
const silentDelegate: CallDelegate = { onEnded: () => undefined };

/** Runs the machine of one INVITE of ours, and the sessions that its answers make. */
class UacCall implements DialogOwner {
  readonly #core: AgentCore;
  readonly #request: OutgoingCallRequest;
  readonly #timers: DeadlineTimers<"cancelled">;
  /** By the far end's tag. Those that have ended stay, for the ACKs of 2xx responses that come again, and for their CSeq numbers. */
  readonly #sessions = new Map<string, Session>();
  #state: InvitationState;
  #invite: ClientTransaction | undefined;
  #authorization = noAuthorization;
  #isStarting = true;
  #hasResponse = false;

  constructor(core: AgentCore, request: OutgoingCallRequest, sipCallId: string) {
    const localTag = newTag();
    const { requestUri, offer } = request;
    const from = `${toParty(request.from)};tag=${localTag}`;
    const contactUser = parseSipUri(parseNameAddr(request.from)?.uri ?? "")?.user ?? "";
    const sent = { sipCallId, localTag, from, requestUri, seq: inviteSeq, contactUser, offer };
    this.#core = core;
    this.#request = request;
    this.#state = startInvitation(sent, core.timers.t1Ms);
    this.#timers = new DeadlineTimers(core.clock, (name) => this.#feed({ type: "timer", name }));
  }

  get sipCallId(): string {
    return this.#state.sent.sipCallId;
  }

  /** Sends the INVITE; `flow` is undefined when no listener has the transport. */
  start(flow: Flow | undefined): void {
    if (flow === undefined) {
      const message = `no ${this.#request.nextHop.transport} listener to send from`;
      return this.#feed({ type: "failed", end: { type: "transport", message } });
    }
    const core = this.#core;
    core.registry.add(this.sipCallId, this.#state.sent.localTag, this, flow.peer);
    this.#send(flow);
    this.#isStarting = false;
    return undefined;
  }

  /** The connection that the INVITE left by may be closed by now: the challenge may have come on another. */
  #sendAgain(flow: Flow | undefined): void {
    const next = flowOf(this.#core, this.#request) ?? flow;
    if (next !== undefined) this.#send(next);
  }

  #send(flow: Flow): void {
    const core = this.#core;
    const { sent } = this.#state;
    const { requestUri, credentials } = this.#request;
    const authorization = credentials?.authorize({ method: "INVITE", uri: requestUri }) ?? noAuthorization;
    this.#authorization = authorization;
    // Of an INVITE that was sent again nothing more is wanted.
    const isLatest = () => this.#state.sent.seq === sent.seq;
    this.#invite = core.transactions.send(makeInvite(core, this.#request, flow, sent, authorization.headers), flow, {
      onResponse: (response) => {
        this.#noteResponse();
        if (isLatest()) this.#takeResponse(response, flow, authorization);
      },
      onFailed: (cause, message) => {
        const end: CallEnd = cause === "timeout" ? { type: "timeout" } : { type: "transport", message };
        if (isLatest()) this.#feed({ type: "failed", end });
      },
    });
  }

  #noteResponse(): void {
    if (this.#hasResponse) return;
    this.#hasResponse = true;
    guard(this.#core, "onResponse", () => this.#request.delegate.onResponse?.());
  }

  #takeResponse(response: SipMessage, flow: Flow, sent: Authorization): void {
    const { credentials, nextHop } = this.#request;
    const { status } = response;
    const { seq } = this.#state.sent;
    const reading = readChallengesFor(credentials, response, sent);
    this.#feed(readResponse(response, reading.challenges), { response, flow });
    if ((status === 401 || status === 407) && this.#state.sent.seq === seq)
      this.#core.log.warn(
        { status, peer: nextHop, why: whyNotAnswered(credentials, reading) },
        "SIP authentication failed",
      );
  }

  hangUp(reason?: SipReason): void {
    this.#feed({ type: "hang-up", reason });
  }

  renegotiate(): void {
    const { phase } = this.#state;
    if (phase.type === "answered") this.#sessions.get(phase.tag)?.feed({ type: "user", wish: "offer" });
  }

  handleRequest(transaction: ServerTransaction): boolean {
    const { fromTag, method } = transaction.request;
    const session = this.#openSession(fromTag);
    const hasAnswered = session !== undefined && session.state.phase.type !== "calling";
    if (method === "BYE" && !hasAnswered && isInvitationOpen(this.#state))
      this.#feed({ type: "bye", tag: fromTag }, { transaction });
    else if (session === undefined) return false;
    else session.handleRequest(transaction);
    return true;
  }

  handleAck(ack: SipMessage): boolean {
    return this.#openSession(ack.fromTag)?.handleAck(ack) ?? false;
  }

  isAckKnown(ack: SipMessage): boolean {
    return this.#openSession(ack.fromTag)?.isAckKnown(ack) ?? false;
  }

  findReplaceable(remoteTag: string): Replaceable | undefined {
    const session = this.#sessions.get(remoteTag);
    if (session === undefined) return undefined;
    return { state: replaceStateOf(session.state), delegate: this.#delegateOf(remoteTag) };
  }

  #openSession(tag: string): Session | undefined {
    const session = this.#sessions.get(tag);
    return session?.state.phase.type === "ended" ? undefined : session;
  }

  #feed(input: InvitationInput, message: Message = {}): void {
    const moment = momentOf(this.#core.clock);
    const [next, effects] = stepInvitation(this.#state, input, moment);
    this.#state = next;
    this.#timers.follow(next.deadlines, moment.atMs);
    for (const effect of effects) this.#perform(effect, message);
    this.#leaveWhenDone();
  }

  #perform(effect: InvitationEffect, message: Message): void {
    const core = this.#core;
    const { delegate } = this.#request;
    switch (effect.do) {
      case "hand-provisional":
        return this.#handProvisional(effect.tag, message);
      case "leave-early":
        for (const tag of effect.tags) this.#sessions.get(tag)?.feed({ type: "left" });
        return undefined;
      case "open-session":
        return this.#open(effect, message);
      case "acknowledge-again":
        return this.#sessions
          .get(effect.tag)
          ?.feed({ type: "response", method: "INVITE", seq: this.#state.sent.seq, status: 200 });
      case "hang-up-session":
        return this.#sessions.get(effect.tag)?.feed({ type: "user", wish: "hang-up", reason: effect.reason });
      case "send-cancel":
        return sendCancel(core, this.#invite, this.sipCallId, effect.reason);
      case "send-again":
        return this.#sendAgain(message.flow);
      case "abandon":
        return this.#invite?.abandon();
      case "respond-to-bye":
        return message.transaction && respond(core, message.transaction, { status: 200, toTag: "" });
      case "tell-progress":
        return guard(core, "onProgress", () => delegate.onProgress?.({ status: effect.status, sdp: effect.sdp }));
      case "tell-end":
        return this.#tellEnd(effect.end);
      case "ignore":
        return core.log.debug({ phase: this.#state.phase.type, why: effect.why }, "SIP input ignored");
      default:
        return effect satisfies never;
    }
  }

  #handProvisional(tag: string, { response, flow }: Message): void {
    if (response !== undefined && flow !== undefined)
      this.#sessionFor(tag, response, flow).feed(readProvisional(response));
  }

  /** RFC 3261 §13.2.2.4 */
  #open(effect: Extract<InvitationEffect, { do: "open-session" }>, { response, flow }: Message): void {
    if (response === undefined || flow === undefined) return;
    const session = this.#sessionFor(effect.tag, response, flow);
    session.feed(readAnswer(response, this.#state.sent.seq, this.#isBehindNat(response, flow)));
    if (effect.as === "left") session.feed({ type: "left" });
    if (effect.as === "unwanted") session.feed({ type: "user", wish: "hang-up", reason: effect.reason });
  }

  #isBehindNat(response: SipMessage, flow: Flow): boolean {
    return this.#core.isSymmetric(flow.peer) ?? isBehindNat(response, flow);
  }

  /** The session of a far end: the one that its first response made, or now a new one. */
  #sessionFor(tag: string, response: SipMessage, flow: Flow): Session {
    const known = this.#sessions.get(tag);
    if (known?.state.phase.type === "calling") return known;
    const core = this.#core;
    const { sent } = this.#state;
    const made = dialogOfResponse(sent, response);
    // What was said in an early dialog that we have left since counts on.
    const dialog = { ...made, localSeq: Math.max(made.localSeq, known?.state.dialog.localSeq ?? 0) };
    const start = {
      ...{ dialog, peer: flow.peer, staysWithPeer: this.#isBehindNat(response, flow), contactUser: sent.contactUser },
      ...{ timers: core.timers, localSdp: sent.offer, remoteSdp: "" },
      peerTakesUpdate: farEndOf(response).takesUpdate ?? false,
    };
    const parts = {
      ...{ core, flow, delegate: () => this.#delegateOf(tag), onLeave: () => this.#leaveWhenDone() },
      ...{ credentials: () => this.#request.credentials, authorization: this.#authorization },
    };
    const session = new Session(parts, startCalling(start, sent.seq), undefined);
    this.#sessions.set(tag, session);
    return session;
  }

  /** The owner hears of all far ends until one has answered, then of that one. */
  #delegateOf(tag: string): CallDelegate {
    const { phase } = this.#state;
    const isHeard =
      phase.type === "answered" ? phase.tag === tag : phase.type === "calling" || phase.type === "proceeding";
    return isHeard ? this.#request.delegate : silentDelegate;
  }

  /** Tells the owner how the call ended, never before `createOutgoingCall` returned. */
  #tellEnd(end: CallEnd): void {
    const tell = () => guard(this.#core, "onEnded", () => this.#request.delegate.onEnded(end));
    if (this.#isStarting) this.#core.clock.startTimer(0, tell);
    else tell();
  }

  #leaveWhenDone(): void {
    if (isInvitationOpen(this.#state)) return;
    for (const { state } of this.#sessions.values()) if (state.phase.type !== "ended") return;
    this.#core.registry.remove(this.sipCallId, this.#state.sent.localTag);
  }
}

/** What an input came with. */
interface Message {
  readonly response?: SipMessage;
  readonly flow?: Flow;
  readonly transaction?: ServerTransaction;
}

function readResponse(response: SipMessage, challenges: readonly DigestChallenge[]): InvitationInput {
  const { status, toTag: tag } = response;
  const reason = response.start.type === "response" ? response.start.reason : "";
  const retryAfter = /^\s*(\d{1,9})/.exec(response.first("retry-after") ?? "")?.[1];
  const retryAfterS = retryAfter === undefined ? undefined : Number(retryAfter);
  return {
    ...{ type: "response", status, reason, tag, sdp: sdpOf(response), challenges, retryAfterS },
    smallestSeconds: readMinSe(response),
  };
}
