import { SourceQuota, SourceTotals, type SourceLimits } from "../../kernel/index.ts";
import { findFault, isAnswerable, type MessageFault, type SipMessage } from "../../sip-syntax/index.ts";
import type { Flow } from "../transport/flow.ts";
import type { SipAddress } from "../types.ts";
import {
  clientKey,
  startClientTransaction,
  type ClientHandlers,
  type ClientRequest,
  type ClientTransaction,
  type ClientTransactionOwner,
} from "./client-transaction.ts";
import { traceReceived, type TransactionContext } from "./context.ts";
import { keptBytesOf, ServerMachine, type CancelledInvite, type ServerMachineOwner } from "./server-machine.ts";
import { serverKey, ServerTransaction } from "./server-transaction.ts";

const megabyte = 1_048_576;
/** Bytes of requests that have no final response yet; further ones are refused. */
const waitingLimits: SourceLimits = { perSource: 32 * megabyte, inAll: 64 * megabyte };
/** Bytes of answered requests that wait for retransmissions; the oldest make room. One limit for requests of calls and a lower one for all
 * others, so that a flood of those does not take lasting memory. */
const callLimits: SourceLimits = { perSource: 16 * megabyte, inAll: 48 * megabyte };
const outsideCallLimits: SourceLimits = { perSource: megabyte, inAll: 4 * megabyte };

/** What the layer above handles. */
export interface TransactionUser {
  /** A new request other than ACK, or than the CANCEL of an INVITE that is here, before there is a transaction. Returns whether it was refused
   * without one. */
  refuseAtOnce(request: SipMessage, flow: Flow): boolean;
  /** A new request other than ACK and CANCEL. */
  onRequest(transaction: ServerTransaction): void;
  /** A CANCEL, with the INVITE that it means, if there is one. */
  onCancel(cancel: ServerTransaction, invite: CancelledInvite | undefined): void;
  /** An ACK that matches no transaction, as that of a 2xx. Returns whether a call takes it. */
  onAck(ack: SipMessage): boolean;
  /** Whether this ACK of a 2xx came before. */
  isAckKnown(ack: SipMessage): boolean;
  /** A request that cannot be processed but can be answered, without a transaction. */
  onFault(request: SipMessage, flow: Flow, fault: MessageFault): void;
  /** A request for which there is no room, to be answered without a transaction. */
  onFull(request: SipMessage, flow: Flow): void;
  /** A message that was dropped. */
  onStray(
    message: SipMessage,
    peer: SipAddress,
    cause: "stray-response" | "stray-ack" | "not-answerable",
    why: string,
  ): void;
}

/** The table that matches messages to machines. */
export interface Transactions {
  /** A message from the transport. */
  receive(message: SipMessage, flow: Flow): void;
  /** Sends a request and follows it. */
  send(request: ClientRequest, flow: Flow, handlers: ClientHandlers): ClientTransaction;
  count(): number;
  /** Requests of ours without a final response. */
  unsettledCount(): number;
  /** Drops all transactions without calling anybody back. */
  disposeAll(): void;
}

/** Makes an empty table. `onChange` is called whenever a transaction left it, and whenever a request of ours got its
 * final response, after its sender was told. RFC 3261 §17.1.3, §17.2.3, §9.2 */
export function createTransactions(
  context: TransactionContext,
  user: TransactionUser,
  onChange: () => void,
): Transactions {
  return new TransactionTable(context, user, onChange);
}

/** The table; what its methods mean stands at `Transactions`. */
class TransactionTable implements Transactions {
  readonly #context: TransactionContext;
  readonly #user: TransactionUser;
  readonly #onChange: () => void;
  readonly #clientOwner: ClientTransactionOwner;
  readonly #serverOwner: ServerMachineOwner;
  readonly #clients = new Map<string, ClientTransaction>();
  readonly #servers = new Map<string, ServerMachine>();
  /** Requests outside dialogs by what all copies of a request have in common. RFC 3261 §8.2.2.2 */
  readonly #merging = new Map<string, ServerMachine>();
  readonly #waiting = new SourceTotals(waitingLimits);
  readonly #ofCalls = new SourceQuota<ServerMachine>(callLimits);
  readonly #outsideCalls = new SourceQuota<ServerMachine>(outsideCallLimits);

  constructor(context: TransactionContext, user: TransactionUser, onChange: () => void) {
    this.#context = context;
    this.#user = user;
    this.#onChange = onChange;
    this.#serverOwner = {
      onSettled: (settled) => this.#linger(settled),
      onGone: (gone) => this.#forget(gone),
    };
    this.#clientOwner = {
      onSettled: onChange,
      onGone: (ended) => {
        this.#clients.delete(ended.key);
        onChange();
      },
    };
  }

  receive(message: SipMessage, flow: Flow): void {
    if (message.start.type === "response") this.#receiveResponse(message, flow.peer);
    else this.#receiveRequest(message, flow);
  }

  send(request: ClientRequest, flow: Flow, handlers: ClientHandlers): ClientTransaction {
    const transaction = startClientTransaction(this.#context, request, flow, handlers, this.#clientOwner);
    if (!transaction.isGone()) this.#clients.set(transaction.key, transaction);
    return transaction;
  }

  count(): number {
    return this.#clients.size + this.#servers.size;
  }

  unsettledCount(): number {
    let count = 0;
    for (const transaction of this.#clients.values()) if (!transaction.isSettled()) count++;
    return count;
  }

  disposeAll(): void {
    for (const transaction of [...this.#clients.values()]) transaction.dispose();
    for (const transaction of [...this.#servers.values()]) transaction.dispose();
  }

  #receiveResponse(response: SipMessage, peer: SipAddress): void {
    const fault = findFault(response);
    if (fault !== undefined) return this.#user.onStray(response, peer, "not-answerable", fault.why);
    // A second Via: the response is for somebody else, as if this were a proxy. RFC 3261 §8.1.3.3
    if (response.list("via").length > 1)
      return this.#user.onStray(response, peer, "stray-response", "it has more than one Via");
    const transaction = this.#clients.get(clientKey(response.via?.branch ?? "", response.cseq?.method ?? ""));
    if (transaction === undefined)
      return this.#user.onStray(response, peer, "stray-response", "no request of this server waits for it");
    return transaction.receive(response);
  }

  #receiveRequest(request: SipMessage, flow: Flow): void {
    request.stampSource(flow.peer.host, flow.peer.port);
    const fault = findFault(request);
    if (fault !== undefined) {
      if (isAnswerable(request)) return this.#user.onFault(request, flow, fault);
      return this.#user.onStray(request, flow.peer, "not-answerable", fault.why);
    }
    const { method } = request;
    if (method === "ACK") return this.#receiveAck(request, flow);
    const key = serverKey(request, method);
    const known = this.#servers.get(key);
    traceReceived(this.#context, flow, request, known !== undefined);
    if (known !== undefined) return known.repeat();
    const cancelled = method === "CANCEL" ? this.#servers.get(serverKey(request, "INVITE")) : undefined;
    if (cancelled === undefined && this.#user.refuseAtOnce(request, flow)) return undefined;
    if (!this.#waiting.hasRoom(flow.peer.host, keptBytesOf(request))) return this.#user.onFull(request, flow);
    const machine = this.#open(key, request, flow);
    const mergeKey = machine.mergeKey;
    const isMerged = mergeKey !== undefined && this.#merging.get(mergeKey) !== machine;
    const transaction = new ServerTransaction(machine, request, flow, isMerged);
    if (method === "CANCEL") this.#user.onCancel(transaction, cancelled?.cancelled());
    else this.#user.onRequest(transaction);
    return this.#noteWaiting(machine, request);
  }

  #receiveAck(ack: SipMessage, flow: Flow): void {
    const invite = this.#servers.get(serverKey(ack, "ACK"));
    if (invite !== undefined && invite.isRefusedInvite()) {
      traceReceived(this.#context, flow, ack, invite.isAcknowledged());
      return invite.acknowledge();
    }
    traceReceived(this.#context, flow, ack, this.#context.trace !== undefined && this.#user.isAckKnown(ack));
    if (!this.#user.onAck(ack)) this.#user.onStray(ack, flow.peer, "stray-ack", "no call waits for it");
    return undefined;
  }

  #open(key: string, request: SipMessage, flow: Flow): ServerMachine {
    const mergeKey = mergeKeyOf(request);
    const machine = new ServerMachine(this.#context, { key, mergeKey }, request, flow, this.#serverOwner);
    this.#servers.set(machine.key, machine);
    if (machine.mergeKey !== undefined && !this.#merging.has(machine.mergeKey))
      this.#merging.set(machine.mergeKey, machine);
    return machine;
  }

  /** One that was answered at once never waits. */
  #noteWaiting(machine: ServerMachine, request: SipMessage): void {
    if (machine.isSettled()) return;
    machine.waitingBytes = keptBytesOf(request);
    this.#waiting.add(machine.host, machine.waitingBytes);
  }

  #forget(gone: ServerMachine): void {
    const { key, mergeKey } = gone;
    this.#servers.delete(key);
    this.#stopWaiting(gone);
    this.#lingeringWith(gone).remove(gone);
    if (mergeKey !== undefined && this.#merging.get(mergeKey) === gone) this.#merging.delete(mergeKey);
    this.#onChange();
  }

  /** Transactions that only wait for retransmissions make room for others, the oldest first. The cost: a late retransmission is taken for a new
   * request and refused again. An accepted INVITE belongs to a call and stays. */
  #linger(settled: ServerMachine): void {
    this.#stopWaiting(settled);
    if (settled.isAcceptedInvite()) return;
    const { host, keptBytes } = settled;
    const lingering = this.#lingeringWith(settled);
    lingering.add(settled, host, keptBytes);
    for (let old = lingering.excess(host); old !== undefined; old = lingering.excess(host)) old.dispose();
  }

  /** Among which it is once it only waits for retransmissions. */
  #lingeringWith({ isOfCall }: ServerMachine): SourceQuota<ServerMachine> {
    return isOfCall ? this.#ofCalls : this.#outsideCalls;
  }

  #stopWaiting(machine: ServerMachine): void {
    if (machine.waitingBytes === 0) return;
    this.#waiting.remove(machine.host, machine.waitingBytes);
    machine.waitingBytes = 0;
  }
}

/** What a request outside dialogs has in common with its copies that took other paths. RFC 3261 §8.2.2.2 */
function mergeKeyOf(request: SipMessage): string | undefined {
  if (request.toTag !== "" || request.method === "CANCEL") return undefined;
  return `${request.callId} ${request.fromTag} ${request.cseq?.number} ${request.method}`;
}
