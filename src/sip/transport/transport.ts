import { isIPv4 } from "node:net";
import { AppError, errorMessage, SourceQuota, type Clock, type SourceLimits } from "../../kernel/index.ts";
import { withBrackets } from "../../sip-syntax/index.ts";
import type { OwnAddress, SipAddress, SipAdvertise, SipNetwork, SipStream } from "../types.ts";
import type { Flow, TransportEvents } from "./flow.ts";
import { isWildcard } from "./local-address.ts";
import { createOwnAddresses, type OwnAddresses } from "./own-addresses.ts";
import { runTcpConnection, type TcpConnection } from "./tcp.ts";
import { openUdpListener, type UdpListener } from "./udp.ts";

/** Most accepted connections. A phone or trunk has a few; further ones are closed at once. */
const connectionLimits: SourceLimits = { perSource: 256, inAll: 2_048 };

/** All sockets of one agent. */
export interface TransportLayer {
  readonly listeners: readonly SipAddress[];
  /** The flow for messages to `destination`: an open connection is used again. Undefined when no listener fits.
   * @param last a flow that the peer has used: datagrams to the same host leave from the address that it sent to */
  flowTo(destination: SipAddress, last?: Flow): Flow | undefined;
  localAddressFor(destination: SipAddress): SipAddress;
  ownAddress(peer: SipAddress, bound?: string): OwnAddress | undefined;
  /** Listeners, connections and probes. */
  socketCount(): number;
  /** Finds out whether the datagram port is closed, and calls back only in that case. Returns a function that stops waiting. */
  probe(destination: SipAddress, onRefused: (message: string) => void): () => void;
  close(): void;
}

/** What the sockets are opened with. */
export interface TransportOptions {
  readonly listeners: readonly SipAddress[];
  readonly network: SipNetwork;
  readonly clock: Clock;
  readonly events: TransportEvents;
  readonly advertise?: SipAdvertise | undefined;
  /** How long a connection that we opened stays up unused, and how long a message may take to come in whole, or a new connection to bring
   * its first; accepted ones may then be unused for four times that. */
  readonly idleMs: number;
}

/** Opens all listeners. Throws SIP_BIND_FAILED (with those already open closed again) when one cannot be bound. */
export async function openTransport(options: TransportOptions): Promise<TransportLayer> {
  const { network, clock, events, advertise } = options;
  const udp = new Map<SipAddress, UdpListener>();
  const closers: (() => void)[] = [];
  const listeners: SipAddress[] = [];
  const own = createOwnAddresses({
    ...{ listeners, advertise },
    sourceHost: (peerHost) => network.sourceHost(peerHost),
    monotonicMs: () => clock.monotonicMs(),
  });
  const connections = createConnections(options, own);

  const open = async (listener: SipAddress): Promise<SipAddress> => {
    if (listener.transport === "udp") {
      const opened = await openUdpListener(network, listener, events, own, sharesPort(listener, options.listeners));
      udp.set(opened.address, opened);
      closers.push(() => opened.close());
      return opened.address;
    }
    const address = { transport: "tcp" as const, host: listener.host, port: listener.port };
    const isShared = sharesPort(listener, options.listeners);
    const opened = await network.listenStream(
      listener.host,
      listener.port,
      (stream) => connections.accept(stream, address),
      isShared,
    );
    closers.push(() => opened.close());
    address.port = opened.port;
    return address;
  };
  const close = () => {
    for (const closer of closers.splice(0)) closer();
    connections.closeAll();
  };
  for (const listener of options.listeners) {
    try {
      listeners.push(await open(listener));
    } catch (cause) {
      close();
      throw bindError(listener, cause);
    }
  }

  const localAddressFor = (destination: SipAddress): SipAddress => {
    const listener = own.listenerFor(destination);
    const host =
      own.towards(destination, listener?.host ?? wildcardFor(destination))?.advertised ?? wildcardFor(destination);
    return listener === undefined ? { transport: destination.transport, host, port: 0 } : { ...listener, host };
  };
  const datagram = listeners.filter((listener) => listener.transport === "udp");
  const flowTo = (destination: SipAddress, last?: Flow): Flow | undefined => {
    if (destination.transport === "tcp") return connections.flowTo(destination);
    if (last?.toPort !== undefined && last.peer.host === destination.host) return last.toPort(destination.port);
    const listener = own.listenerFor(destination, datagram);
    return listener === undefined ? undefined : udp.get(listener)?.flowTo(destination);
  };
  const probes = createProbes(network);
  return {
    listeners,
    flowTo,
    localAddressFor,
    ownAddress: (peer, bound) => own.towards(peer, bound),
    socketCount: () => closers.length + connections.count() + probes.count(),
    probe: probes.start,
    close() {
      probes.stopAll();
      close();
    },
  };
}

/** Whether IPv4 has a listener of its own at the port of this one, which listens on every address of both families. */
function sharesPort({ transport, host, port }: SipAddress, listeners: readonly SipAddress[]): boolean {
  const isBeside = (other: SipAddress) => other.transport === transport && other.port === port && isIPv4(other.host);
  return host === "::" && port !== 0 && listeners.some(isBeside);
}

function wildcardFor(destination: SipAddress): string {
  return isIPv4(destination.host) ? "0.0.0.0" : "::";
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

/** The open connections, found again by the peer's address and port. RFC 3261 §18 */
function createConnections(options: TransportOptions, own: OwnAddresses) {
  const open = new Map<string, TcpConnection>();
  const all = new Set<TcpConnection>();

  const accepted = new SourceQuota<TcpConnection>(connectionLimits);

  /** @param accepting the listener that an accepted connection came to */
  const add = (stream: SipStream, idleMs: number, accepting?: SipAddress): TcpConnection => {
    const peer: SipAddress = { transport: "tcp", ...stream.peer };
    const key = `${peer.host}|${peer.port}`;
    const bound = () => (accepting ?? own.listenerFor(peer))?.host ?? wildcardFor(peer);
    const connection = runTcpConnection({
      stream,
      clock: options.clock,
      idleMs,
      wholeMessageMs: options.idleMs,
      events: options.events,
      bound,
      localAddress: () => localAddressOf(stream, peer, bound(), accepting ?? own.listenerFor(peer), own),
      onGone() {
        all.delete(connection);
        accepted.remove(connection);
        if (open.get(key) === connection) open.delete(key);
      },
    });
    all.add(connection);
    open.set(key, connection);
    return connection;
  };
  return {
    accept(stream: SipStream, listener: SipAddress): void {
      const { host } = stream.peer;
      if (accepted.hasRoom(host, 1)) return accepted.add(add(stream, options.idleMs * 4, listener), host, 1);
      options.events.onTooMany({ transport: "tcp", ...stream.peer });
      return stream.close();
    },
    flowTo(destination: SipAddress): Flow {
      const known = open.get(`${destination.host}|${destination.port}`);
      if (known !== undefined && known.flow.isOpen()) return known.flow;
      return add(options.network.connectStream(destination.host, destination.port), options.idleMs).flow;
    },
    count: () => all.size,
    closeAll() {
      for (const connection of [...all]) connection.close();
    },
  };
}

/** The listener with the address that the peer of a connection sees; without a TCP listener our end of the connection itself. */
function localAddressOf(
  stream: SipStream,
  peer: SipAddress,
  bound: string,
  listener: SipAddress | undefined,
  own: OwnAddresses,
): SipAddress {
  const near = stream.local();
  const isListener = listener?.transport === "tcp";
  const from = near.host !== "" && (!isListener || isWildcard(bound)) ? near.host : bound;
  const host = own.towards(peer, from)?.advertised ?? from;
  return { transport: "tcp", host, port: isListener || near.port === 0 ? (listener?.port ?? near.port) : near.port };
}
