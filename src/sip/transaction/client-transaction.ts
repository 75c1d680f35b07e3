import { type SipMessage, printRequest, type RequestParts } from "../../sip-syntax/index.ts";
import type { Flow } from "../transport/flow.ts";
import { TimerSet, traceSent, type TransactionContext } from "./context.ts";
import type { ClientInput, ClientEffect, ClientTransition } from "./effects.ts";
import { startInviteClient, stepInviteClient, type InviteClientState } from "./invite-client-machine.ts";
import { startNonInviteClient, stepNonInviteClient, type NonInviteClientState } from "./non-invite-client-machine.ts";
import type { TimerName, TransactionTimers } from "./timers.ts";

/** Events for the sender of a request. */
export interface ClientHandlers {
  /** Provisional and final responses; for an INVITE also retransmitted 2xx responses. */
  onResponse(response: SipMessage): void;
  /** No final response will come. */
  onFailed(cause: "timeout" | "transport", message: string): void;
}

/** A request of ours and its transaction. */
export interface ClientTransaction {
  readonly key: string;
  readonly request: RequestParts;
  readonly flow: Flow;
  /** Whether a final response came or none will. */
  isSettled(): boolean;
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

/** Sends `request` on `flow` and runs its machine until it terminates (`onGone`). */
export function startClientTransaction(
  context: TransactionContext,
  request: ClientRequest,
  flow: Flow,
  handlers: ClientHandlers,
  onGone: (transaction: ClientTransaction) => void,
): ClientTransaction {
  const transaction = new RunningTransaction(context, request, flow, handlers, onGone);
  transaction.start();
  return transaction;
}

/** Runs the machine of one request and performs its effects. */
class RunningTransaction implements ClientTransaction {
  readonly key: string;
  readonly request: ClientRequest;
  readonly flow: Flow;
  readonly #context: TransactionContext;
  /** Dropped with the final response to anything but an INVITE: what only waits for retransmissions does not keep its sender in memory. */
  #handlers: ClientHandlers | undefined;
  readonly #onGone: (transaction: ClientTransaction) => void;
  readonly #machine: MachineHost;
  readonly #text: string;
  readonly #running: TimerSet;
  readonly #startLine: string;
  readonly #unwatch: () => void;
  #stopProbe = () => {};
  #hasProbed = false;
  #isSettled = false;
  #isGone = false;
  #lastStatus = 0;
  #error = "no answer";

  readonly #failTransport = (message: string) => {
    this.#error = message;
    this.#feed({ type: "transport-error" }, undefined);
  };

  constructor(
    context: TransactionContext,
    request: ClientRequest,
    flow: Flow,
    handlers: ClientHandlers,
    onGone: (transaction: ClientTransaction) => void,
  ) {
    this.key = clientKey(request.branch, request.method);
    this.request = request;
    this.flow = flow;
    this.#context = context;
    this.#handlers = handlers;
    this.#onGone = onGone;
    this.#machine = hostFor(request.method, flow.transport.isReliable ? context.reliable : context.unreliable);
    this.#text = printRequest(request);
    this.#running = new TimerSet(context.clock);
    this.#startLine = `${request.method} ${request.requestUri}`;
    this.#unwatch = flow.watch(this.#failTransport);
  }

  /** Sends the request. The transaction may have ended when this returns. */
  start(): void {
    for (const effect of this.#machine.first) this.#run(effect, undefined);
  }

  isSettled(): boolean {
    return this.#isSettled;
  }

  receive(response: SipMessage): void {
    this.#stopProbe();
    const isRetransmission = response.status === this.#lastStatus;
    this.#lastStatus = response.status;
    this.#context.trace?.({
      direction: "received",
      peer: this.flow.peer,
      sipCallId: this.request.sipCallId,
      startLine: response.startLine,
      method: this.request.method,
      isRetransmission,
    });
    this.#feed({ type: "response", status: response.status }, response);
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
    this.#onGone(this);
  }

  #feed(input: ClientInput, response: SipMessage | undefined): void {
    for (const effect of this.#machine.step(input)) this.#run(effect, response);
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
        return this.#startTimer(effect.name, effect.delayMs);
      case "stop-timer":
        return this.#running.stop(effect.name);
      case "fail":
        return this.#fail(effect.cause);
      case "terminate":
        return this.dispose();
      case "ignore":
        return this.#context.debug(
          { method: this.request.method, state: this.#machine.name(), why: effect.why },
          "SIP input ignored",
        );
      default:
        return effect satisfies never;
    }
  }

  #send(isRetransmission: boolean): void {
    this.#trace(this.request.method, this.#startLine, isRetransmission);
    this.flow.send(Buffer.from(this.#text), this.#failTransport);
    // No response to the first INVITE: the port may be closed, and only a connected socket learns that.
    const isInvite = this.request.method === "INVITE";
    if (isInvite && isRetransmission && !this.flow.transport.isReliable && !this.#isGone) this.#probe();
  }

  #probe(): void {
    if (this.#hasProbed) return;
    this.#hasProbed = true;
    this.#stopProbe = this.#context.transport.probe(this.flow.peer, this.#failTransport);
  }

  #sendAck(response: SipMessage): void {
    this.#trace("ACK", `ACK ${this.request.requestUri}`, this.#isSettled);
    this.flow.send(Buffer.from(printRequest(refusalAck(this.request, response))), this.#failTransport);
  }

  #trace(method: string, startLine: string, isRetransmission: boolean): void {
    const { sipCallId } = this.request;
    traceSent(this.#context, this.flow.peer, { sipCallId, startLine, method }, isRetransmission);
  }

  #deliver(response: SipMessage): void {
    const handlers = this.#handlers;
    if (response.status >= 200) {
      this.#isSettled = true;
      if (this.request.method !== "INVITE") this.#handlers = undefined;
    }
    handlers?.onResponse(response);
  }

  #startTimer(name: TimerName, delayMs: number): void {
    this.#running.start(name, delayMs, () => this.#feed({ type: "timer", name }, undefined));
  }

  #fail(cause: "timeout" | "transport"): void {
    this.#isSettled = true;
    this.#handlers?.onFailed(cause, cause === "timeout" ? "no answer in time" : this.#error);
  }
}

/** One machine of either kind, with its state. */
interface MachineHost {
  /** What to do at the start. */
  readonly first: readonly ClientEffect[];
  step(input: ClientInput): readonly ClientEffect[];
  /** The state it is in. */
  name(): string;
}

function hostFor(method: string, timers: TransactionTimers): MachineHost {
  return method === "INVITE"
    ? createHost<InviteClientState>(startInviteClient(timers), stepInviteClient)
    : createHost<NonInviteClientState>(startNonInviteClient(timers), stepNonInviteClient);
}

/** Holds the state of one machine. */
function createHost<State extends { readonly type: string }>(
  first: ClientTransition<State>,
  step: (state: State, input: ClientInput) => ClientTransition<State>,
): MachineHost {
  let state = first[0];
  return {
    first: first[1],
    step(input) {
      const [next, effects] = step(state, input);
      state = next;
      return effects;
    },
    name: () => state.type,
  };
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
