import type { IncomingMessage } from "node:http";
import { isIPv4 } from "node:net";
import type { Duplex } from "node:stream";
import { AppError, errorMessage, SourceQuota, type Clock, type SourceLimits } from "../../kernel/index.ts";
import { withBrackets } from "../../sip-syntax/index.ts";
import type {
  OwnAddress,
  SipAddress,
  SipCertificates,
  SipListener,
  SipNetwork,
  SipStream,
  WebSocketRules,
} from "../types.ts";
import type { Flow, TransportEvents } from "./flow.ts";
import { makeCarriers } from "./carriers.ts";
import { createLargeRequests, type LargeRequests } from "./large-requests.ts";
import { wildcardFor } from "./local-address.ts";
import { createOwnAddresses } from "./own-addresses.ts";

/** Most accepted connections. A phone or trunk has a few; further ones are closed at once. */
const connectionLimits: SourceLimits = { perSource: 256, inAll: 2_048 };

const megabyte = 1_048_576;
/** Bytes of messages on connections that have begun and are not complete: a few of the longest for each source. */
const unfinishedLimits: SourceLimits = { perSource: 2 * megabyte, inAll: 32 * megabyte };

/** All sockets of one agent. */
export interface TransportLayer {
  readonly listeners: readonly SipListener[];
  /** The flow for messages to `destination`: an open connection is used again. Undefined when no listener fits.
   * @param last a flow that the peer has used: datagrams to the same host leave from the address that it sent to */
  flowTo(destination: SipAddress, last?: Flow): Flow | undefined;
  /** The flow of datagrams from this listener back to where some came from before; undefined: that is no listener of ours for datagrams. */
  flowBackTo(peer: SipAddress, listener: Pick<SipAddress, "host" | "port">): Flow | undefined;
  localAddressFor(destination: SipAddress): SipAddress;
  ownAddress(peer: SipAddress, bound?: string, listener?: SipListener): OwnAddress | undefined;
  readonly large: LargeRequests;
  /** Takes a request for a WebSocket that came to another port of this server. RFC 7118 */
  takeWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Listeners, connections and probes. */
  socketCount(): number;
  /** Finds out whether the datagram port is closed, and calls back only in that case. Returns a function that stops waiting. */
  probe(destination: SipAddress, onRefused: (message: string) => void): () => void;
  close(): void;
}

/** What the sockets are opened with. */
export interface TransportOptions {
  readonly listeners: readonly SipListener[];
  readonly network: SipNetwork;
  readonly clock: Clock;
  readonly events: TransportEvents;
  readonly isLocal: (peer: SipAddress) => boolean;
  readonly isTrunk: (peer: SipAddress) => boolean;
  readonly certificates: () => SipCertificates;
  readonly webSockets: WebSocketRules;
  /** How long a connection that we opened stays up unused, and how long a message may take to come in whole, or a new connection to bring
   * its first; accepted ones may then be unused for four times that. */
  readonly idleMs: number;
  /** The largest request that goes as a datagram; default 1,300. RFC 3261 §18.1.1 */
  readonly largestDatagramBytes?: number | undefined;
}

const usualLargestBytes = 1_300;

/** Opens all listeners. Throws SIP_BIND_FAILED (with those already open closed again) when one cannot be bound. */
export async function openTransport(options: TransportOptions): Promise<TransportLayer> {
  const { network, clock, isLocal } = options;
  const listeners: SipListener[] = [];
  const own = createOwnAddresses({
    ...{ listeners, isLocal },
    sourceHost: (peerHost) => network.sourceHost(peerHost),
    monotonicMs: () => clock.monotonicMs(),
  });
  const { byName: carriers, takeWebSocket } = makeCarriers({
    ...{ ...options, own },
    accepted: new SourceQuota<SipStream>(connectionLimits),
    unfinished: new SourceQuota<SipStream>(unfinishedLimits),
  });
  const all = Object.values(carriers);
  const closeAll = () => all.forEach((carrier) => carrier.close());

  for (const listener of options.listeners) {
    try {
      const isShared = sharesPort(listener, options.listeners);
      listeners.push(await carriers[listener.transport].listen(listener, isShared));
    } catch (cause) {
      closeAll();
      throw bindError(listener, cause);
    }
  }

  const localAddressFor = (destination: SipAddress): SipAddress => {
    const listener = own.listenerFor(destination);
    const { transport } = destination;
    return own.signalled(destination, listener ?? { transport, host: wildcardFor(destination.host), port: 0 });
  };
  const probes = createProbes(network);
  const flowTo: TransportLayer["flowTo"] = (to, last) => carriers[to.transport].flowTo(to, last);
  return {
    ...{ listeners, flowTo, takeWebSocket },
    flowBackTo: (peer, listener) => carriers[peer.transport].flowBackTo?.(peer, listener),
    large: createLargeRequests({
      largestBytes: options.largestDatagramBytes ?? usualLargestBytes,
      ...{ flowTo, clock },
    }),
    localAddressFor,
    ownAddress: (peer, bound, listener) => own.towards(peer, bound, listener),
    socketCount: () => all.reduce((sum, carrier) => sum + carrier.socketCount(), probes.count()),
    probe: probes.start,
    close() {
      probes.stopAll();
      closeAll();
    },
  };
}

/** Whether IPv4 has a listener of its own at the port of this one, which listens on every address of both families. */
function sharesPort({ transport, host, port }: SipAddress, listeners: readonly SipAddress[]): boolean {
  const isBeside = (other: SipAddress) => other.transport === transport && other.port === port && isIPv4(other.host);
  return host === "::" && port !== 0 && listeners.some(isBeside);
}

function bindError(listener: SipAddress, cause: unknown): AppError {
  const where = `${listener.transport} ${withBrackets(listener.host)}:${listener.port}`;
  return new AppError("SIP_BIND_FAILED", `cannot listen on ${where}: ${errorMessage(cause)}`, {
    cause,
    details: { ...listener },
    retry: "later",
  });
}

/** The questions about closed ports that are still open. */
function createProbes(network: SipNetwork) {
  const open = new Set<() => void>();
  return {
    start(destination: SipAddress, onRefused: (message: string) => void): () => void {
      const stop = () => {
        if (open.delete(stop)) giveUp();
      };
      const giveUp = network.probeDatagram(destination.host, destination.port, (message) => {
        open.delete(stop);
        onRefused(message);
      });
      open.add(stop);
      return stop;
    },
    count: () => open.size,
    stopAll() {
      for (const stop of [...open]) stop();
    },
  };
}
