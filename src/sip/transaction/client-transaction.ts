import type { SipMessage } from "../message/message.ts";
import { printRequest, type RequestParts } from "../message/print.ts";
import type { Flow } from "../transport/flow.ts";
import { TimerSet, traceSent, type TransactionContext } from "./context.ts";
import type { ClientInput, Effect, Step } from "./effects.ts";
import { startInviteClient, stepInviteClient, type InviteClientState } from "./invite-client-machine.ts";
import { startNonInviteClient, stepNonInviteClient, type NonInviteClientState } from "./non-invite-client-machine.ts";

/** What the sender of a request is told. */
export interface ClientHandlers {
  /** Provisional and final responses. For an INVITE every 2xx, resends included. */
  onResponse(response: SipMessage): void;
  /** No final response will come. */
  onFailed(cause: "timeout" | "transport", message: string): void;
}

/** A request of ours on its way. */
export interface ClientTransaction {
  readonly key: string;
  readonly request: RequestParts;
  readonly flow: Flow;
  /** Whether a final response came or none will. */
  isSettled(): boolean;
  receive(response: SipMessage): void;
  /** Gives up an INVITE that was cancelled and never answered. */
  abandon(): void;
  /** Drops it at once, telling nobody. */
  dispose(): void;
}

/** The table key of a request of ours and of its responses. RFC 3261 §17.1.3 */
export function clientKey(branch: string, method: string): string {
  return `${branch} ${method}`;
}

/** Sends `request` on `flow` and runs its machine until it terminates (`onGone`). */
export function startClientTransaction(
  context: TransactionContext,
  request: RequestParts & { readonly branch: string; readonly sipCallId: string },
  flow: Flow,
  handlers: ClientHandlers,
  onGone: (transaction: ClientTransaction) => void,
): ClientTransaction {
  const timers = flow.isReliable ? context.reliable : context.unreliable;
  const isInvite = request.method === "INVITE";
  const machine = isInvite
    ? createHost<InviteClientState>(startInviteClient(timers), stepInviteClient)
    : createHost<NonInviteClientState>(startNonInviteClient(timers), stepNonInviteClient);
  const bytes = printRequest(request);
  const running = new TimerSet(context.clock);
  const traced = {
    sipCallId: request.sipCallId,
    startLine: `${request.method} ${request.requestUri}`,
    method: request.method,
  };
  const state = {
    isGone: false,
    isSettled: false,
    lastStatus: 0,
    hasProbed: false,
    error: "no answer",
    stopProbe: () => {},
  };

  const failTransport = (message: string) => {
    state.error = message;
    feed({ type: "transport-error" }, undefined);
  };
  const send = (isRetransmission: boolean) => {
    traceSent(context, flow.peer, traced, isRetransmission);
    flow.send(bytes, failTransport);
    // Silence after the first INVITE: the port may be closed, which only a connected socket is told.
    if (isInvite && isRetransmission && !flow.isReliable && !state.isGone) probe();
  };
  const probe = () => {
    if (state.hasProbed) return;
    state.hasProbed = true;
    state.stopProbe = context.transport.probe(flow.peer, failTransport);
  };
  const sendAck = (response: SipMessage) => {
    traceSent(
      context,
      flow.peer,
      { ...traced, startLine: `ACK ${request.requestUri}`, method: "ACK" },
      state.isSettled,
    );
    flow.send(printRequest(refusalAck(request, response)), failTransport);
  };
  const run = (effect: Effect, response: SipMessage | undefined) => {
    switch (effect.do) {
      case "send-request":
        return send(effect.isRetransmission);
      case "send-ack":
        return response === undefined ? undefined : sendAck(response);
      case "deliver":
        return response === undefined ? undefined : deliver(response);
      case "start-timer":
        return running.start(effect.name, effect.delayMs, () => feed({ type: "timer", name: effect.name }, undefined));
      case "stop-timer":
        return running.stop(effect.name);
      case "fail":
        state.isSettled = true;
        return handlers.onFailed(effect.cause, effect.cause === "timeout" ? "no answer in time" : state.error);
      case "terminate":
        return dispose();
      case "ignore":
        return context.debug({ method: request.method, state: machine.name(), why: effect.why }, "SIP input ignored");
      default:
        return undefined;
    }
  };
  const feed = (input: ClientInput, response: SipMessage | undefined) => {
    for (const effect of machine.step(input)) run(effect, response);
  };
  const deliver = (response: SipMessage) => {
    if (response.status >= 200) state.isSettled = true;
    handlers.onResponse(response);
  };
  const dispose = () => {
    if (state.isGone) return;
    state.isGone = true;
    state.isSettled = true;
    state.stopProbe();
    running.stopAll();
    unwatch();
    onGone(transaction);
  };
  const unwatch = flow.watch((message) => failTransport(message));
  const transaction: ClientTransaction = {
    key: clientKey(request.branch, request.method),
    request,
    flow,
    isSettled: () => state.isSettled,
    receive(response) {
      state.stopProbe();
      const isRetransmission = response.status === state.lastStatus;
      state.lastStatus = response.status;
      context.trace?.({
        direction: "received",
        peer: flow.peer,
        sipCallId: request.sipCallId,
        startLine: response.startLine,
        method: request.method,
        isRetransmission,
      });
      feed({ type: "response", status: response.status }, response);
    },
    abandon: () => feed({ type: "abandon" }, undefined),
    dispose,
  };
  for (const effect of machine.first) run(effect, undefined);
  return transaction;
}

/** Holds the state of one machine. */
function createHost<State extends { readonly type: string }>(
  first: Step<State>,
  step: (state: State, input: ClientInput) => Step<State>,
): { readonly first: readonly Effect[]; step(input: ClientInput): readonly Effect[]; name(): string } {
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
