import { AppError, errorMessage, isAuthorityUnknown, type Clock } from "../kernel/index.ts";
import type { CallRecords } from "../store/index.ts";
import { readCard, type NodeCard, type NodeKey } from "./node-card.ts";

/** Another node. */
export interface Peer {
  readonly card: NodeCard;
  /** Of its last sign of life, epoch milliseconds. */
  readonly seenAt: number;
  /** Asks it. Rejects with `CLUSTER_NODE_AWAY`. */
  ask(request: PeerRequest): Promise<PeerAnswer>;
}

/** What another node is asked. */
export interface PeerRequest {
  readonly method: string;
  /** Where the path begins: where the operations of the service do, or at the root. */
  readonly from: "service" | "root";
  /** With the query. */
  readonly path: string;
  readonly body?: Uint8Array | undefined;
  readonly contentType?: string | undefined;
  readonly lastEventId?: string | undefined;
}

/** What it answers. */
export interface PeerAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Rejects with `CLUSTER_NODE_AWAY` when it breaks off. */
  text(): Promise<string>;
  /** As it comes; an answer without end has no time limit. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Nobody wants the rest. */
  cancel(): void;
}

/** The nodes that share a database, as one of them sees them. */
export interface Cluster {
  /** The others. Rejects with what the store says. */
  peers(): Promise<readonly Peer[]>;
  /** The one that has a call; undefined: none of the others has. Rejects with what the store says. */
  holderOf(transactionId: string): Promise<Peer | undefined>;
}

/** Signs a request: gives its headers. */
export type SignRequest = (
  request: { readonly method: string; readonly url: URL; readonly body: Uint8Array },
  key: NodeKey,
) => Readonly<Record<string, string>>;

/** What it is made with. */
export interface ClusterParts {
  readonly records: Pick<CallRecords, "nodes" | "nodeOf">;
  /** This process. */
  readonly nodeId: string;
  /** Whether other nodes may be there. */
  readonly isShared: boolean;
  readonly sign: SignRequest;
  readonly clock: Clock;
}

/** Header of a request that another node passed on: such a one is not passed on again. */
export const passedOnHeader = "x-offhook-passed-on";
/** How long another node has for its answer: longer than a busy one needs, shorter than a client waits. */
const answerMs = 4_000;

/** Makes it. */
export function createCluster({ records, nodeId, isShared, sign, clock }: ClusterParts): Cluster {
  const peers = async (): Promise<readonly (Peer & { readonly nodeId: string })[]> => {
    if (!isShared) return [];
    const nodes = await records.nodes();
    return nodes.flatMap(({ nodeId: id, at, card: text }) => {
      const card = readCard(text);
      if (id === nodeId || card === undefined) return [];
      return [{ nodeId: id, card, seenAt: at, ask: (request: PeerRequest) => askNode(card, request, { sign, clock }) }];
    });
  };
  return {
    peers,
    async holderOf(transactionId) {
      if (!isShared) return undefined;
      const holder = await records.nodeOf(transactionId);
      if (holder === undefined || holder === nodeId) return undefined;
      return (await peers()).find((peer) => peer.nodeId === holder);
    },
  };
}

async function askNode(
  card: NodeCard,
  { method, from, path, body = new Uint8Array(), contentType, lastEventId }: PeerRequest,
  { sign, clock }: Pick<ClusterParts, "sign" | "clock">,
): Promise<PeerAnswer> {
  const url = new URL(from === "root" ? path : `${card.url}${path}`, card.url);
  const headers = {
    [passedOnHeader]: "1",
    ...(contentType === undefined ? {} : { "content-type": contentType }),
    ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
    ...(card.key === undefined ? {} : sign({ method, url, body }, card.key)),
  };
  const control = new AbortController();
  const limit = clock.startTimer(answerMs, () => control.abort(new Error(`it did not answer within ${answerMs} ms`)));
  const away = (error: unknown) => {
    limit.cancel();
    const { cause } = error instanceof Error ? error : {};
    const why = errorMessage(control.signal.reason ?? cause ?? error);
    const hint = isAuthorityUnknown(cause)
      ? ". Right would be NODE_EXTRA_CA_CERTS with the file of its authority in the environment of each server"
      : "";
    return new AppError("CLUSTER_NODE_AWAY", `The node ${card.name}, which has it, does not answer: ${why}${hint}`, {
      cause: error,
      retry: "later",
    });
  };
  const response = await fetch(url, {
    ...{ method, headers, signal: control.signal, redirect: "error" },
    ...(body.length === 0 ? {} : { body }),
  }).catch((error: unknown) => {
    throw away(error);
  });
  if (response.headers.get("content-type")?.startsWith("text/event-stream") === true) limit.cancel();
  return {
    status: response.status,
    headers: response.headers,
    async text() {
      const text = await response.text().catch((error: unknown) => {
        throw away(error);
      });
      limit.cancel();
      return text;
    },
    body: chunksOf(response, () => limit.cancel()),
    cancel() {
      limit.cancel();
      control.abort();
    },
  };
}

async function* chunksOf({ body }: Response, onEnd: () => void): AsyncIterable<Uint8Array> {
  try {
    if (body !== null) yield* body;
  } finally {
    onEnd();
  }
}
