import type { SipMessage } from "../../sip-syntax/index.ts";
import type { Flow } from "../transport/flow.ts";
import { datagramResponseAddress, reconnectAddress } from "../transport/response-address.ts";
import { TimerSet, traceSent, type TransactionContext } from "./context.ts";
import type { ServerEffect, ServerInput } from "./effects.ts";
import { startInviteServer, stepInviteServer, type InviteServerState } from "./invite-server-machine.ts";
import { startNonInviteServer, stepNonInviteServer, type NonInviteServerState } from "./non-invite-server-machine.ts";

/** A response that is ready to go. */
export interface ReadyResponse {
  readonly status: number;
  /** Kept as text, since buffers outside of the heap would fragment memory for as long as the process runs. */
  readonly text: string;
}

/** The table key of a request: branch, sent-by and method, where ACK goes with its INVITE. RFC 3261 §17.2.3.
 * Peers of RFC 2543 send no usable branch: then all that identifies the request. */
export function serverKey(request: SipMessage, method: string): string {
  const via = request.via;
  const matched = method === "ACK" ? "INVITE" : method;
  if (via !== undefined && via.branch.startsWith("z9hG4bK") && via.branch.length > 7) {
    return `${via.branch} ${via.host}:${via.port ?? 5060} ${matched}`;
  }
  const sentBy = via === undefined ? "" : `${via.host}:${via.port ?? 5060} ${via.branch}`;
  return `2543 ${request.requestUri} ${request.fromTag} ${request.callId} ${request.cseq?.number} ${sentBy} ${matched}`;
}

const unconcerned = (): void => undefined;

/** Keeps the transactions and handles their events. */
export interface ServerTransactionOwner {
  /** The first final response was given; the transaction now waits for retransmissions. */
  onSettled(transaction: ServerTransaction): void;
  onGone(transaction: ServerTransaction): void;
}

/** A request that came in, until its transaction ends. A class, because one is made per request. */
export class ServerTransaction {
  readonly key: string;
  /** What all copies of the request have in common; undefined: it is in a dialog. */
  readonly mergeKey: string | undefined;
  readonly request: SipMessage;
  readonly flow: Flow;
  /** Whether the same request came over another path while the first is still here. RFC 3261 §8.2.2.2 */
  readonly isMerged: boolean;
  /** Set by the user: no ACK came for a refusal, or a response could not be sent. */
  onFailed: ((cause: "timeout" | "transport") => void) | undefined;
  /** Set by the user: the call that a CANCEL ends. Both are cleared with the final response, so that a transaction that waits for retransmissions
   * does not keep its call in memory. */
  cancellable: { cancel(): void } | undefined;
  /** Set by the user: our tag in its responses, which that to its CANCEL has too. RFC 3261 §9.2 */
  localTag: string | undefined;
  /** Set by the user: the request is one of a call that is up. */
  isOfCall = false;
  private readonly context: TransactionContext;
  private readonly timers: TimerSet;
  private readonly owner: ServerTransactionOwner;
  private readonly stopWatching: () => void;
  private inviteState: InviteServerState | undefined;
  private otherState: NonInviteServerState | undefined;
  private sendFlow: Flow;
  private last: ReadyResponse | undefined;
  private isGone = false;

  constructor(
    context: TransactionContext,
    { key, mergeKey }: Pick<ServerTransaction, "key" | "mergeKey">,
    request: SipMessage,
    flow: Flow,
    isMerged: boolean,
    owner: ServerTransactionOwner,
  ) {
    this.context = context;
    this.key = key;
    this.mergeKey = mergeKey;
    this.request = request;
    this.flow = flow;
    this.isMerged = isMerged;
    this.owner = owner;
    this.timers = new TimerSet(context.clock);
    const columns = flow.transport.isReliable ? context.reliable : context.unreliable;
    if (request.method === "INVITE") this.inviteState = startInviteServer(columns)[0];
    else this.otherState = startNonInviteServer(columns)[0];
    const destination = datagramResponseAddress(request, flow);
    this.sendFlow = destination === undefined ? flow : (context.transport.flowTo(destination, flow) ?? flow);
    // Keeps the connection from being closed for idleness while a response is due.
    this.stopWatching = flow.watch(unconcerned);
  }

  /** Whether a final response was given. */
  isSettled(): boolean {
    return (this.last?.status ?? 0) >= 200 || this.isGone;
  }

  /** Whether that was a 2xx. */
  isAccepted(): boolean {
    const status = this.last?.status ?? 0;
    return status >= 200 && status < 300;
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

  /** Whether the ACK of a refusal came already. */
  isAcknowledged(): boolean {
    return this.inviteState?.type === "confirmed" || this.isGone;
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
        if (response !== undefined) this.send(response, response === this.last);
        return;
      case "resend-response":
        if (this.last !== undefined) this.send(this.last, true);
        return;
      case "start-timer":
        this.timers.start(effect.name, effect.delayMs, () =>
          this.feed({ type: "timer", name: effect.name }, undefined),
        );
        return;
      case "stop-timer":
        this.timers.stop(effect.name);
        return;
      case "fail":
        this.onFailed?.(effect.cause);
        return;
      case "terminate":
        this.dispose();
        return;
      case "ignore":
        this.context.debug({ method: this.request.method, why: effect.why }, "SIP input ignored");
        return;
      default:
        effect satisfies never;
    }
  }

  private send(response: ReadyResponse, isRetransmission: boolean): void {
    this.last = response;
    if (response.status >= 200) {
      this.onFailed = undefined;
      this.cancellable = undefined;
    }
    if (this.sendFlow.transport.isReliable && !this.sendFlow.isOpen()) {
      this.sendFlow = this.context.transport.flowTo(reconnectAddress(this.request, this.flow)) ?? this.flow;
    }
    const { status, text } = response;
    const { method, callId: sipCallId } = this.request;
    traceSent(this.context, this.sendFlow, { sipCallId, method, status, text }, isRetransmission);
    this.sendFlow.send(Buffer.from(text, this.request.encoding), () =>
      this.feed({ type: "transport-error" }, undefined),
    );
  }
}
