import { findFault, isAnswerable } from "../message/check.ts";
import type { SipMessage } from "../message/message.ts";
import type { RequestParts } from "../message/print.ts";
import type { Flow } from "../transport/flow.ts";
import {
  clientKey,
  startClientTransaction,
  type ClientHandlers,
  type ClientTransaction,
} from "./client-transaction.ts";
import type { TransactionContext } from "./context.ts";
import { serverKey, ServerTransaction } from "./server-transaction.ts";

/** What the layer above is told. */
export interface TransactionUser {
  /** A new request other than ACK and CANCEL. */
  onRequest(transaction: ServerTransaction): void;
  /** A CANCEL, with the INVITE that it means, if there is one. */
  onCancel(cancel: ServerTransaction, invite: ServerTransaction | undefined): void;
  /** An ACK of a 2xx, or of nothing. Gives whether it belonged to something. */
  onAck(ack: SipMessage): boolean;
  /** Whether this ACK of a 2xx came before. */
  isAckKnown(ack: SipMessage): boolean;
  /** A request that cannot be processed but can be answered, without a transaction. */
  onFault(request: SipMessage, flow: Flow, why: string): void;
  /** A message that was dropped. */
  onStray(message: SipMessage, why: string): void;
}

/** The table that matches messages to machines. */
export interface Transactions {
  /** A message from the transport. */
  receive(message: SipMessage, flow: Flow): void;
  /** Sends a request and follows it. */
  send(
    request: RequestParts & { readonly branch: string; readonly sipCallId: string },
    flow: Flow,
    handlers: ClientHandlers,
  ): ClientTransaction;
  count(): number;
  /** Requests of ours without a final response. */
  unsettledCount(): number;
  /** Drops all, telling nobody. */
  disposeAll(): void;
}

/** Makes an empty table. `onChange` is called whenever a transaction left it. RFC 3261 §17.1.3, §17.2.3, §9.2 */
export function createTransactions(
  context: TransactionContext,
  user: TransactionUser,
  onChange: () => void,
): Transactions {
  const clients = new Map<string, ClientTransaction>();
  const servers = new Map<string, ServerTransaction>();
  /** Requests outside dialogs by what stays the same on every path. RFC 3261 §8.2.2.2 */
  const merging = new Map<string, ServerTransaction>();

  const receiveResponse = (response: SipMessage) => {
    const fault = findFault(response);
    if (fault !== undefined) return user.onStray(response, fault);
    // A second Via: meant for somebody behind us. RFC 3261 §8.1.3.3
    if (response.list("via").length > 1) return user.onStray(response, "more than one Via");
    const transaction = clients.get(clientKey(response.via?.branch ?? "", response.cseq?.method ?? ""));
    if (transaction === undefined) return user.onStray(response, "no such transaction");
    return transaction.receive(response);
  };

  const traceReceived = (request: SipMessage, flow: Flow, isRetransmission: boolean) => {
    const { callId: sipCallId, startLine, method } = request;
    context.trace?.({ direction: "received", peer: flow.peer, sipCallId, startLine, method, isRetransmission });
  };

  const receiveAck = (ack: SipMessage, flow: Flow) => {
    const invite = servers.get(serverKey(ack, "ACK"));
    if (invite !== undefined && invite.request.method === "INVITE" && isRefused(invite)) {
      traceReceived(ack, flow, invite.isAcknowledged());
      return invite.acknowledge();
    }
    traceReceived(ack, flow, context.trace !== undefined && user.isAckKnown(ack));
    if (!user.onAck(ack)) user.onStray(ack, "no such dialog");
    return undefined;
  };

  const receiveRequest = (request: SipMessage, flow: Flow) => {
    request.stampSource(flow.peer.host, flow.peer.port);
    const fault = findFault(request);
    if (fault !== undefined) {
      if (isAnswerable(request)) return user.onFault(request, flow, fault);
      return user.onStray(request, fault);
    }
    const { method } = request;
    if (method === "ACK") return receiveAck(request, flow);
    const key = serverKey(request, method);
    const known = servers.get(key);
    traceReceived(request, flow, known !== undefined);
    if (known !== undefined) return known.repeat();
    const transaction = open(key, request, flow);
    if (method !== "CANCEL") return user.onRequest(transaction);
    return user.onCancel(transaction, servers.get(serverKey(request, "INVITE")));
  };

  const open = (key: string, request: SipMessage, flow: Flow): ServerTransaction => {
    const isOutside = request.toTag === "" && request.method !== "CANCEL";
    const mergeKey = isOutside
      ? `${request.callId} ${request.fromTag} ${request.cseq?.number} ${request.method}`
      : undefined;
    const isMerged = mergeKey !== undefined && merging.has(mergeKey);
    const transaction = new ServerTransaction(context, key, request, flow, isMerged, (gone) => {
      servers.delete(key);
      if (mergeKey !== undefined && merging.get(mergeKey) === gone) merging.delete(mergeKey);
      onChange();
    });
    servers.set(key, transaction);
    if (mergeKey !== undefined && !isMerged) merging.set(mergeKey, transaction);
    return transaction;
  };

  return {
    receive(message, flow) {
      if (message.start.type === "response") receiveResponse(message);
      else receiveRequest(message, flow);
    },
    send(request, flow, handlers) {
      const gone = { before: false };
      const transaction = startClientTransaction(context, request, flow, handlers, (ended) => {
        gone.before = true;
        clients.delete(ended.key);
        onChange();
      });
      if (!gone.before) clients.set(transaction.key, transaction);
      return transaction;
    },
    count: () => clients.size + servers.size,
    unsettledCount() {
      let count = 0;
      for (const transaction of clients.values()) if (!transaction.isSettled()) count++;
      return count;
    },
    disposeAll() {
      for (const transaction of [...clients.values()]) transaction.dispose();
      for (const transaction of [...servers.values()]) transaction.dispose();
    },
  };
}

function isRefused(invite: ServerTransaction): boolean {
  return invite.isSettled() && !invite.isAccepted();
}
