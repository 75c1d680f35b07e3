import { AppError, errorMessage, type Clock } from "../../kernel/index.ts";
import { withBrackets } from "../message/uri.ts";
import type { SipAddress, SipNetwork, SipStream } from "../types.ts";
import type { Flow, TransportEvents } from "./flow.ts";
import { KeptBySource, type KeepingLimits } from "./kept-by-source.ts";
import { chooseListener } from "./local-address.ts";
import { runTcpConnection, type TcpConnection } from "./tcp.ts";
import { createLocalHostFinder, openUdpListener, type UdpListener } from "./udp.ts";

/** Accepted connections. A phone or trunk has a few; what goes beyond is closed at once. */
const connectionLimits: KeepingLimits = { perSource: 256, inAll: 2_048 };

/** All sockets of one agent. */
export interface TransportLayer {
  readonly listeners: readonly SipAddress[];
  /** The flow for messages to `target`: an open connection is used again. Undefined when no listener fits. */
  flowTo(target: SipAddress): Flow | undefined;
  localAddressFor(target: SipAddress): SipAddress;
  /** Listeners, connections and probes. */
  socketCount(): number;
  /** Asks the system whether the datagram port is closed; calls back only then. Returns how to give up. */
  probe(target: SipAddress, onRefused: (message: string) => void): () => void;
  close(): void;
}

/** What the sockets are opened with. */
export interface TransportOptions {
  readonly listeners: readonly SipAddress[];
  readonly network: SipNetwork;
  readonly clock: Clock;
  readonly events: TransportEvents;
  /** How long a connection that we opened stays up unused, and how long a message may take to come in whole, or a new connection to bring
   * its first; accepted ones may then be unused for four times that. */
  readonly idleMs: number;
}

/** Opens all listeners. Throws SIP_BIND_FAILED (with those already open closed again) when one cannot be bound. */
export async function openTransport(options: TransportOptions): Promise<TransportLayer> {
  const { network, clock, events } = options;
  const localHost = createLocalHostFinder(() => clock.monotonicMs());
  const udp = new Map<SipAddress, UdpListener>();
  const closers: (() => void)[] = [];
  const listeners: SipAddress[] = [];
  const connections = createConnections(options, (peer) => localAddressFor(peer));

  const open = async (listener: SipAddress): Promise<SipAddress> => {
    if (listener.transport === "udp") {
      const opened = await openUdpListener(network, listener, events, localHost);
      udp.set(opened.address, opened);
      closers.push(() => opened.close());
      return opened.address;
    }
    const opened = await network.listenStream(listener.host, listener.port, (stream) => connections.accept(stream));
    closers.push(() => opened.close());
    return { transport: "tcp", host: listener.host, port: opened.port };
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

  function localAddressFor(target: SipAddress): SipAddress {
    const listener = chooseListener(listeners, target);
    if (listener === undefined)
      return { transport: target.transport, host: localHost("0.0.0.0", target.host), port: 0 };
    return { ...listener, host: localHost(listener.host, target.host) };
  }
  const flowTo = (target: SipAddress): Flow | undefined => {
    if (target.transport === "tcp") return connections.flowTo(target);
    const datagram = listeners.filter((listener) => listener.transport === "udp");
    const listener = chooseListener(datagram, target);
    return listener === undefined ? undefined : udp.get(listener)?.flowTo(target);
  };
  const probes = createProbes(network);
  return {
    listeners,
    flowTo,
    localAddressFor,
    socketCount: () => closers.length + connections.count() + probes.count(),
    probe: probes.start,
    close() {
      probes.stopAll();
      close();
    },
  };
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
    start(target: SipAddress, onRefused: (message: string) => void): () => void {
      const stop = () => {
        if (open.delete(stop)) giveUp();
      };
      const giveUp = network.probeDatagram(target.host, target.port, (message) => {
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
function createConnections(options: TransportOptions, localAddressFor: (peer: SipAddress) => SipAddress) {
  const open = new Map<string, TcpConnection>();
  const all = new Set<TcpConnection>();
  const hasListener = options.listeners.some((listener) => listener.transport === "tcp");

  const accepted = new KeptBySource<TcpConnection>(connectionLimits);

  const add = (stream: SipStream, idleMs: number): TcpConnection => {
    const peer: SipAddress = { transport: "tcp", ...stream.peer };
    const key = `${peer.host}|${peer.port}`;
    const ownAddress = (): SipAddress => {
      const listener = localAddressFor(peer);
      if (hasListener) return { ...listener, transport: "tcp" };
      const { host, port } = stream.local();
      return { transport: "tcp", host: host === "" ? listener.host : host, port: port === 0 ? listener.port : port };
    };
    const connection = runTcpConnection({
      stream,
      clock: options.clock,
      idleMs,
      wholeMessageMs: options.idleMs,
      events: options.events,
      localAddress: ownAddress,
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
    accept(stream: SipStream): void {
      const { host } = stream.peer;
      if (accepted.hasRoom(host, 1)) return accepted.add(add(stream, options.idleMs * 4), host, 1);
      options.events.onTooMany({ transport: "tcp", ...stream.peer });
      return stream.close();
    },
    flowTo(target: SipAddress): Flow {
      const known = open.get(`${target.host}|${target.port}`);
      if (known !== undefined && known.flow.isOpen()) return known.flow;
      return add(options.network.connectStream(target.host, target.port), options.idleMs).flow;
    },
    count: () => all.size,
    closeAll() {
      for (const connection of [...all]) connection.close();
    },
  };
}
