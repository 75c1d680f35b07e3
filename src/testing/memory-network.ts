import type { Clock } from "../kernel/index.ts";
import type { SipNetwork, SipStream, SipStreamHandlers } from "../sip/index.ts";

/** One datagram or stream write on its way. */
export interface MemoryPacket {
  readonly kind: "datagram" | "stream";
  /** "host:port" of the sender. */
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

/** A network inside the process: every packet takes `latencyMs` of the clock, in order. */
export interface MemoryNetwork extends SipNetwork {
  /** All packets sent so far, lost ones too; a test may forget them. */
  readonly packets: MemoryPacket[];
  /** From now on packets for which `isLost` is true do not arrive; undefined: all arrive. */
  lose(isLost: ((packet: MemoryPacket) => boolean) | undefined): void;
}

interface MemoryListener {
  onStream(stream: SipStream): void;
}

/** Makes an empty network on `clock`. Addresses are any host text; port 0 takes the next free one from 20000. */
export function createMemoryNetwork(clock: Clock, latencyMs = 1): MemoryNetwork {
  const packets: MemoryPacket[] = [];
  const sockets = new Map<string, (bytes: Buffer, host: string, port: number) => void>();
  const listeners = new Map<string, MemoryListener>();
  const state = { nextPort: 20_000, isLost: (_packet: MemoryPacket): boolean => false };
  const takePort = (port: number) => (port === 0 ? state.nextPort++ : port);
  const key = (host: string, port: number) => `${host}:${port}`;

  const carry = (packet: MemoryPacket, arrive: () => void) => {
    packets.push(packet);
    if (!state.isLost(packet)) clock.startTimer(latencyMs, arrive);
  };
  const sendStream = (from: string, to: string, bytes: Buffer, arrive: () => void) =>
    carry({ kind: "stream", from, to, text: bytes.toString("utf8") }, arrive);

  return {
    packets,
    lose(isLost) {
      state.isLost = isLost ?? (() => false);
    },
    async openDatagram(host, wantedPort, onDatagram) {
      const port = takePort(wantedPort);
      const own = key(host, port);
      if (sockets.has(own)) throw new Error(`address in use: udp ${own}`);
      sockets.set(own, onDatagram);
      return {
        host,
        port,
        send(bytes, toHost, toPort) {
          const to = key(toHost, toPort);
          const copy = Buffer.from(bytes);
          const packet: MemoryPacket = { kind: "datagram", from: own, to, text: copy.toString("utf8") };
          carry(packet, () => sockets.get(to)?.(copy, host, port));
        },
        close: () => void sockets.delete(own),
      };
    },
    async listenStream(host, wantedPort, onStream) {
      const port = takePort(wantedPort);
      const own = key(host, port);
      if (listeners.has(own)) throw new Error(`address in use: tcp ${own}`);
      listeners.set(own, { onStream });
      return { host, port, close: () => void listeners.delete(own) };
    },
    connectStream(host, port) {
      const near = { host: "127.0.0.1", port: state.nextPort++ };
      const [client, server] = createStreamPair(near, { host, port }, sendStream);
      clock.startTimer(latencyMs, () => {
        const listener = listeners.get(key(host, port));
        if (listener === undefined) client.fail("connection refused");
        else listener.onStream(server);
      });
      return client.stream;
    },
    // A peer is reached from the address that it has itself, as on loopback.
    sourceHost: (peerHost) => peerHost,
    probeDatagram(host, port, onRefused) {
      const timer = clock.startTimer(2 * latencyMs, () => {
        if (!sockets.has(key(host, port))) onRefused("connection refused");
      });
      return () => timer.cancel();
    },
  };
}

interface StreamEnd {
  readonly stream: SipStream;
  readonly arrive: (bytes: Buffer) => void;
  readonly fail: (message: string | undefined) => void;
}

interface StreamAddress {
  readonly host: string;
  readonly port: number;
}

type SendStream = (from: string, to: string, bytes: Buffer, arrive: () => void) => void;

function createStreamPair(
  near: StreamAddress,
  far: StreamAddress,
  send: SendStream,
): [client: StreamEnd, server: SipStream] {
  const ends: { client?: StreamEnd; server?: StreamEnd } = {};
  const client = createStreamEnd(near, far, send, () => ends.server);
  const server = createStreamEnd(far, near, send, () => ends.client);
  ends.client = client;
  ends.server = server;
  return [client, server.stream];
}

function createStreamEnd(
  own: StreamAddress,
  peer: StreamAddress,
  send: SendStream,
  other: () => StreamEnd | undefined,
): StreamEnd {
  const early: Buffer[] = [];
  const state: { handlers: SipStreamHandlers | undefined; isOpen: boolean } = { handlers: undefined, isOpen: true };
  const name = ({ host, port }: StreamAddress) => `${host}:${port}`;
  const fail = (message: string | undefined) => {
    if (!state.isOpen) return;
    state.isOpen = false;
    state.handlers?.onClosed(message);
  };
  return {
    fail,
    arrive(bytes) {
      if (!state.isOpen) return;
      if (state.handlers === undefined) early.push(bytes);
      else state.handlers.onBytes(bytes);
    },
    stream: {
      local: () => own,
      peer,
      start(handlers) {
        state.handlers = handlers;
        for (const bytes of early.splice(0)) handlers.onBytes(bytes);
      },
      write(bytes) {
        if (state.isOpen) send(name(own), name(peer), Buffer.from(bytes), () => other()?.arrive(Buffer.from(bytes)));
      },
      close() {
        if (!state.isOpen) return;
        fail(undefined);
        other()?.fail(undefined);
      },
    },
  };
}
