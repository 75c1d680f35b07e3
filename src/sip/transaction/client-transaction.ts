import { type SipMessage, printRequest, type RequestParts } from "../../sip-syntax/index.ts";
import { viaOn, type Flow } from "../transport/flow.ts";
import { TimerSet, traceReceived, traceSent, type TimerOwner, type TransactionContext } from "./context.ts";
import type { ClientInput, ClientEffect } from "./effects.ts";
import { startInviteClient, stepInviteClient, type InviteClientState } from "./invite-client-machine.ts";
import { startNonInviteClient, stepNonInviteClient, type NonInviteClientState } from "./non-invite-client-machine.ts";
import type { TimerName } from "./timers.ts";

/** Events for the sender of a request. */
export interface ClientHandlers {
  /** Provisional and final responses; for an INVITE also retransmitted 2xx responses. */
  onResponse(response: SipMessage): void;
  /** No final response will come. */
  onFailed(cause: "timeout" | "transport", message: string): void;
}

/** Keeps the transactions: one for all, so that what waits for retransmissions holds nothing of its sender. */
export interface ClientTransactionOwner {
  /** The final response came, and its sender was told. */
  onSettled(): void;
  onGone(transaction: ClientTransaction): void;
}

/** A request of ours and its transaction. */
export interface ClientTransaction {
  readonly key: string;
  /** As it went out last. */
  readonly request: RequestParts;
  /** Over which it went. */
  readonly flow: Flow;
  /** Whether a final response came or none will. */
  isSettled(): boolean;
  /** Whether it has ended and left its owner. */
  isGone(): boolean;
  receive(response: SipMessage): void;
  /** Gives up an INVITE that was cancelled and never answered. */
  abandon(): void;
  /** Drops it at once without calling anybody back. */
  dispose(): void;
}

/** The table key of a request of ours and of its responses. RFC 3261 §17.1.3 */
export function clientKey(branch: string, method: string): string {
  return `${branch} ${method}`;
}

/** A request with the key of its transaction. */
export type ClientRequest = RequestParts & { readonly branch: string; readonly sipCallId: string };

/** A request as it goes out over one flow. */
interface Attempt {
  readonly request: ClientRequest;
  readonly flow: Flow;
  readonly text: string;
}

/** Sends `request` on `flow`, or over a connection where it is too large for a datagram, and runs its machine until it terminates.
 * A peer that takes no connection gets the datagram after all. The transaction may have ended when this returns. RFC 3261 §18.1.1 */
export function startClientTransaction(
  context: TransactionContext,
  request: ClientRequest,
  flow: Flow,
  handlers: ClientHandlers,
  owner: ClientTransactionOwner,
): ClientTransaction {
  const transaction = new RunningTransaction(context, request, flow, handlers, owner);
  transaction.start();
  return transaction;
}

const noProbe = (): void => undefined;

/** Methods by which a far end is first spoken to. */
const firstContacts: ReadonlySet<string> = new Set(["INVITE", "OPTIONS", "REGISTER"]);

/** Runs the machine of one request and performs its effects. */
class RunningTransaction implements ClientTransaction, TimerOwner {
  readonly key: string;
  readonly #context: TransactionContext;
  /** Dropped with the final response to anything but an INVITE. */
  #handlers: ClientHandlers | undefined;
  readonly #owner: ClientTransactionOwner;
  readonly #running: TimerSet;
  #attempt: Attempt;
  /** What is left to try when that cannot be sent. */
  #next: Attempt | undefined;
  /** Of the machine of an INVITE, or of that of other requests. */
  #inviteState: InviteClientState | undefined;
  #otherState: NonInviteClientState | undefined;
  #unwatch: () => void;
  #stopProbe = noProbe;
  #hasProbed = false;
  #isSettled = false;
  #isGone = false;
  #lastStatus = 0;
  #error = "no answer";

  readonly #failTransport = (message: string) => {
    this.#error = message;
    if (this.#next !== undefined && this.#lastStatus === 0) return this.#turnTo(this.#next);
    return this.#feed({ type: "transport-error" }, undefined);
  };

  constructor(
    context: TransactionContext,
    request: ClientRequest,
    flow: Flow,
    handlers: ClientHandlers,
    owner: ClientTransactionOwner,
  ) {
    this.key = clientKey(request.branch, request.method);
    this.#context = context;
    this.#handlers = handlers;
    this.#owner = owner;
    this.#running = new TimerSet(context.clock, this);
    const plain = { request, flow, text: printRequest(request) };
    const large = attemptOverConnection(context, plain);
    this.#attempt = large ?? plain;
    this.#next = large === undefined ? undefined : plain;
    this.#unwatch = this.flow.watch(this.#failTransport);
  }

  get request(): ClientRequest {
    return this.#attempt.request;
  }

  get flow(): Flow {
    return this.#attempt.flow;
  }

  /** Begins anew over another flow. The branch is the same, so that a peer which has the request after all takes this for a copy. */
  #turnTo(attempt: Attempt): void {
    const { method } = this.request;
    this.#context.debug({ method, why: this.#error }, "SIP request goes as a datagram: its connection came to nothing");
    this.#unwatch();
    this.#running.stopAll();
    this.#attempt = attempt;
    this.#next = undefined;
    this.#unwatch = attempt.flow.watch(this.#failTransport);
    this.start();
  }

  /** Sends the request. The transaction may have ended when this returns. */
  start(): void {
    for (const effect of this.#first()) this.#run(effect, undefined);
  }

  #first(): readonly ClientEffect[] {
    const { reliable, unreliable } = this.#context;
    const timers = this.flow.transport.isReliable ? reliable : unreliable;
    if (this.request.method === "INVITE") {
      const [state, effects] = startInviteClient(timers);
      this.#inviteState = state;
      return effects;
    }
    const [state, effects] = startNonInviteClient(timers);
    this.#otherState = state;
    return effects;
  }

  isSettled(): boolean {
    return this.#isSettled;
  }

  isGone(): boolean {
    return this.#isGone;
  }

  receive(response: SipMessage): void {
    this.#stopProbe();
    const isRetransmission = response.status === this.#lastStatus;
    this.#lastStatus = response.status;
    traceReceived(this.#context, this.flow, response, isRetransmission);
    this.#feed({ type: "response", status: response.status }, response);
  }

  onTimer(name: TimerName): void {
    this.#feed({ type: "timer", name }, undefined);
  }

  abandon(): void {
    this.#feed({ type: "abandon" }, undefined);
  }

  dispose(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#isSettled = true;
    this.#stopProbe();
    this.#running.stopAll();
    this.#unwatch();
    this.#owner.onGone(this);
  }

  #feed(input: ClientInput, response: SipMessage | undefined): void {
    for (const effect of this.#step(input)) this.#run(effect, response);
  }

  #step(input: ClientInput): readonly ClientEffect[] {
    if (this.#inviteState !== undefined) {
      const [next, effects] = stepInviteClient(this.#inviteState, input);
      this.#inviteState = next;
      return effects;
    }
    if (this.#otherState === undefined) return [];
    const [next, effects] = stepNonInviteClient(this.#otherState, input);
    this.#otherState = next;
    return effects;
  }

  #run(effect: ClientEffect, response: SipMessage | undefined): void {
    switch (effect.do) {
      case "send-request":
        return this.#send(effect.isRetransmission);
      case "send-ack":
        return response === undefined ? undefined : this.#sendAck(response);
      case "deliver":
        return response === undefined ? undefined : this.#deliver(response);
      case "start-timer":
        return this.#running.start(effect.name, effect.delayMs);
      case "stop-timer":
        return this.#running.stop(effect.name);
      case "fail":
        return this.#fail(effect.cause);
      case "terminate":
        return this.dispose();
      case "ignore":
        return this.#context.debug(
          { method: this.request.method, state: (this.#inviteState ?? this.#otherState)?.type, why: effect.why },
          "SIP input ignored",
        );
      default:
        return effect satisfies never;
    }
  }

  #send(isRetransmission: boolean): void {
    const { method, sipCallId } = this.request;
    const { text } = this.#attempt;
    traceSent(this.#context, this.flow, { sipCallId, method, status: 0, text }, isRetransmission);
    this.flow.send(Buffer.from(text), this.#failTransport);
    // No response to the first one: the port may be closed, and only a connected socket learns that.
    const asksWhoIsThere = firstContacts.has(method);
    if (asksWhoIsThere && isRetransmission && !this.flow.transport.isReliable && !this.#isGone) this.#probe();
  }

  #probe(): void {
    if (this.#hasProbed) return;
    this.#hasProbed = true;
    this.#stopProbe = this.#context.transport.probe(this.flow.peer, this.#failTransport);
  }

  #sendAck(response: SipMessage): void {
    const text = printRequest(refusalAck(this.request, response));
    const { sipCallId } = this.request;
    traceSent(this.#context, this.flow, { sipCallId, method: "ACK", status: 0, text }, this.#isSettled);
    this.flow.send(Buffer.from(text), this.#failTransport);
  }

  #deliver(response: SipMessage): void {
    const handlers = this.#handlers;
    if (response.status >= 200) {
      this.#isSettled = true;
      if (this.request.method !== "INVITE") this.#letGo();
    }
    handlers?.onResponse(response);
    if (response.status >= 200) this.#owner.onSettled();
  }

  /** What only waits for retransmissions does not keep its sender and its request in memory. */
  #letGo(): void {
    this.#handlers = undefined;
    const { method } = this.request;
    this.#attempt = { flow: this.flow, request: answered(method), text: "" };
  }

  #fail(cause: "timeout" | "transport"): void {
    this.#isSettled = true;
    this.#handlers?.onFailed(cause, cause === "timeout" ? "no answer in time" : this.#error);
  }
}

/** The same request over a connection, where it is too large for its flow. */
function attemptOverConnection(
  { transport }: TransactionContext,
  { request, flow, text }: Attempt,
): Attempt | undefined {
  const over = transport.large.flowFor(Buffer.byteLength(text), flow);
  if (over === undefined) return undefined;
  const via = { name: "Via", value: viaOn(over, request.branch) };
  const moved = { ...request, headers: [via, ...request.headers.slice(1)] };
  return { request: moved, flow: over, text: printRequest(moved) };
}

/** What is left of a request that was answered. */
function answered(method: string): ClientRequest {
  return { method, requestUri: "", headers: [], body: "", branch: "", sipCallId: "" };
}

/** The ACK of a refusal: the top Via, From, Call-ID, Route and CSeq number of the INVITE, the To of the response.
 * RFC 3261 §17.1.1.3 */
function refusalAck(request: RequestParts, response: SipMessage): RequestParts {
  const kept = request.headers.filter(({ name }) => ackKeeps.has(name.toLowerCase()));
  const headers = kept.map(({ name, value }) => {
    if (name === "To") return { name, value: response.first("to") ?? value };
    if (name === "CSeq") return { name, value: value.replace("INVITE", "ACK") };
    return { name, value };
  });
  return { method: "ACK", requestUri: request.requestUri, headers, body: "" };
}

const ackKeeps = new Set(["via", "from", "to", "call-id", "cseq", "route", "max-forwards"]);
