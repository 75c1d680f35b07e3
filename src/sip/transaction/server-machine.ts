import type { SipMessage } from "../../sip-syntax/index.ts";
import { ownText } from "../../kernel/index.ts";
import type { Flow } from "../transport/flow.ts";
import { datagramResponseAddress, reconnectAddress } from "../transport/response-address.ts";
import type { SipAddress } from "../types.ts";
import { TimerSet, traceSent, type TimerOwner, type TransactionContext } from "./context.ts";
import type { ServerEffect, ServerInput } from "./effects.ts";
import { startInviteServer, stepInviteServer, type InviteServerState } from "./invite-server-machine.ts";
import { startNonInviteServer, stepNonInviteServer, type NonInviteServerState } from "./non-invite-server-machine.ts";
import type { TimerName } from "./timers.ts";

/** A response that is ready to go. */
export interface ReadyResponse {
  readonly status: number;
  /** Kept as text, since buffers outside of the heap would fragment memory for as long as the process runs. */
  readonly text: string;
}

/** The call that a CANCEL ends, and our tag in its responses, which that to its CANCEL has too. RFC 3261 §9.2 */
export interface CancelledInvite {
  readonly localTag: string | undefined;
  readonly cancellable: { cancel(): void } | undefined;
}

/** Who answers the request, until the final response is out. */
export interface ServerTransactionUser extends CancelledInvite {
  /** Whether the request is one of a call that is up. */
  readonly isOfCall: boolean;
  /** No ACK came for a refusal, or a response could not be sent. */
  readonly onFailed: ((cause: "timeout" | "transport") => void) | undefined;
}

/** Keeps the machines and handles their events. */
export interface ServerMachineOwner {
  /** The first final response was given; the machine now waits for retransmissions. */
  onSettled(machine: ServerMachine): void;
  onGone(machine: ServerMachine): void;
}

/** By what a machine is found. */
export interface ServerKeys {
  readonly key: string;
  /** What all copies of the request have in common; undefined: it is in a dialog. */
  readonly mergeKey: string | undefined;
}

const unconcerned = (): void => undefined;

/** Runs the machine of a request that came in, and performs its effects. It stays for half a minute after the final response, so it holds of the
 * request only what a retransmission needs: with all of it, those of 240 calls a second would be most of the heap. */
export class ServerMachine implements ServerKeys, TimerOwner {
  readonly key: string;
  readonly mergeKey: string | undefined;
  readonly isInvite: boolean;
  /** Of the source of the request. */
  readonly host: string;
  /** Of the user, once the final response is out. */
  isOfCall = false;
  /** Of its request, as long as that has no final response. */
  waitingBytes = 0;
  private readonly context: TransactionContext;
  private readonly timers: TimerSet;
  private readonly owner: ServerMachineOwner;
  private readonly stopWatching: () => void;
  private readonly method: string;
  private readonly sipCallId: string;
  private readonly encoding: "utf8" | "latin1";
  /** Where responses go when their connection is gone; undefined: they go as datagrams. */
  private readonly reconnectTo: SipAddress | undefined;
  private readonly flow: Flow;
  private inviteState: InviteServerState | undefined;
  private otherState: NonInviteServerState | undefined;
  private sendFlow: Flow;
  /** Of the last response; 0: there was none. */
  private status = 0;
  /** The response that may have to go again; that of an accepted INVITE its user sends again. */
  private last: ReadyResponse | undefined;
  /** Until the final response. */
  private user: ServerTransactionUser | undefined;
  private localTag: string | undefined;
  private isGone = false;

  constructor(
    context: TransactionContext,
    keys: ServerKeys,
    request: SipMessage,
    flow: Flow,
    owner: ServerMachineOwner,
  ) {
    this.context = context;
    this.key = ownText(keys.key);
    this.mergeKey = keys.mergeKey === undefined ? undefined : ownText(keys.mergeKey);
    this.owner = owner;
    this.timers = new TimerSet(context.clock, this);
    this.isInvite = request.method === "INVITE";
    this.method = this.isInvite ? "INVITE" : ownText(request.method);
    this.sipCallId = ownText(request.callId);
    this.encoding = request.encoding;
    this.host = flow.peer.host;
    this.flow = flow;
    this.reconnectTo = flow.transport.isReliable ? reconnectAddress(request, flow) : undefined;
    const columns = flow.transport.isReliable ? context.reliable : context.unreliable;
    if (this.isInvite) this.inviteState = startInviteServer(columns)[0];
    else this.otherState = startNonInviteServer(columns)[0];
    const destination = datagramResponseAddress(request, flow);
    this.sendFlow = destination === undefined ? flow : (context.transport.flowTo(destination, flow) ?? flow);
    // Keeps the connection from being closed for idleness while a response is due.
    this.stopWatching = flow.watch(unconcerned);
  }

  /** Who is told of failures from now on. */
  follow(user: ServerTransactionUser): void {
    this.user = user;
  }

  /** Roughly its memory once it only waits for retransmissions. */
  get keptBytes(): number {
    const { key, mergeKey, sipCallId, last } = this;
    const letters = key.length + sipCallId.length + (mergeKey?.length ?? 0) + (last?.text.length ?? 0);
    return settledBytes + 2 * letters;
  }

  /** Whether a final response was given. */
  isSettled(): boolean {
    return this.status >= 200 || this.isGone;
  }

  /** Whether that was the 2xx of an INVITE. */
  isAcceptedInvite(): boolean {
    return this.isInvite && this.status >= 200 && this.status < 300;
  }

  /** Whether it was the refusal of one. */
  isRefusedInvite(): boolean {
    return this.isInvite && this.isSettled() && !this.isAcceptedInvite();
  }

  /** Whether the ACK of a refusal came already. */
  isAcknowledged(): boolean {
    return this.inviteState?.type === "confirmed" || this.isGone;
  }

  /** What a CANCEL of this request means; nothing is left to cancel once it is answered. */
  cancelled(): CancelledInvite {
    return this.user ?? { localTag: this.localTag, cancellable: undefined };
  }

  /** Sends a response; the same object again is a retransmission. */
  respond(response: ReadyResponse): void {
    const wasSettled = this.isSettled();
    this.feed({ type: "send", status: response.status }, response);
    if (!wasSettled && this.isSettled() && !this.isGone) this.owner.onSettled(this);
  }

  /** The same request came again. */
  repeat(): void {
    this.feed({ type: "request" }, undefined);
  }

  /** The ACK of a refusal. */
  acknowledge(): void {
    this.feed({ type: "ack" }, undefined);
  }

  onTimer(name: TimerName): void {
    this.feed({ type: "timer", name }, undefined);
  }

  dispose(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.timers.stopAll();
    this.stopWatching();
    this.owner.onGone(this);
  }

  private feed(input: ServerInput, response: ReadyResponse | undefined): void {
    for (const effect of this.step(input)) this.run(effect, response);
  }

  private step(input: ServerInput): readonly ServerEffect[] {
    if (this.inviteState !== undefined) {
      const [next, effects] = stepInviteServer(this.inviteState, input);
      this.inviteState = next;
      return effects;
    }
    if (this.otherState === undefined) return [];
    const [next, effects] = stepNonInviteServer(this.otherState, input);
    this.otherState = next;
    return effects;
  }

  private run(effect: ServerEffect, response: ReadyResponse | undefined): void {
    switch (effect.do) {
      case "send-response":
        if (response !== undefined) this.send(response, response === this.last || this.isAcceptedInvite());
        return;
      case "resend-response":
        if (this.last !== undefined) this.send(this.last, true);
        return;
      case "start-timer":
        this.timers.start(effect.name, effect.delayMs);
        return;
      case "stop-timer":
        this.timers.stop(effect.name);
        return;
      case "fail":
        this.user?.onFailed?.(effect.cause);
        return;
      case "terminate":
        this.dispose();
        return;
      case "ignore":
        this.context.debug({ method: this.method, why: effect.why }, "SIP input ignored");
        return;
      default:
        effect satisfies never;
    }
  }

  private send(response: ReadyResponse, isRetransmission: boolean): void {
    this.status = response.status;
    this.last = this.isAcceptedInvite() ? undefined : response;
    if (this.status >= 200) this.letGo();
    if (this.reconnectTo !== undefined && !this.sendFlow.isOpen()) {
      this.sendFlow = this.context.transport.flowTo(this.reconnectTo) ?? this.flow;
    }
    const { status, text } = response;
    const { method, sipCallId } = this;
    traceSent(this.context, this.sendFlow, { sipCallId, method, status, text }, isRetransmission);
    this.sendFlow.send(Buffer.from(text, this.encoding), () => this.feed({ type: "transport-error" }, undefined));
  }

  /** The request is answered: with its user goes what that holds. */
  private letGo(): void {
    if (this.user === undefined) return;
    this.localTag = this.user.localTag;
    this.isOfCall = this.user.isOfCall;
    this.user = undefined;
  }
}

/** Of its state, timers and tables, without texts. */
const settledBytes = 1_536;

/** Roughly the memory of a request until its final response: its text, what was read of it, timers and tables. */
export function keptBytesOf(request: SipMessage): number {
  return 4_096 + 3 * request.sizeBytes;
}
