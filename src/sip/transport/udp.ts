import { parseMessage } from "../message/parse.ts";
import type { SipAddress, SipDatagramSocket, SipNetwork } from "../types.ts";
import type { Flow, TransportEvents } from "./flow.ts";
import { isWildcard, outwardHost } from "./local-address.ts";

/** An open UDP listener. */
export interface UdpListener {
  readonly address: SipAddress;
  flowTo(target: SipAddress): Flow;
  close(): void;
}

const pong = Buffer.from("\r\n");
const nothing = () => undefined;

/** Opens a UDP socket and reads its datagrams. Rejects when it cannot be bound. */
export async function openUdpListener(
  network: SipNetwork,
  listener: SipAddress,
  events: TransportEvents,
  localHost: (bound: string, target: string) => string,
): Promise<UdpListener> {
  const socket = await network.openDatagram(listener.host, listener.port, (bytes, host, port) => {
    const result = parseMessage(bytes);
    if (result.type === "malformed") events.onMalformed(result.why, { transport: "udp", host, port });
    else if (result.type === "message") events.onMessage(result.message, flowTo({ transport: "udp", host, port }));
    else if (result.isPing) socket.send(pong, host, port, nothing);
  });
  const address: SipAddress = { transport: "udp", host: listener.host, port: socket.port };
  const flowTo = (peer: SipAddress): Flow => new UdpFlow(socket, address, peer, localHost);
  return { address, flowTo, close: () => socket.close() };
}

/** One is made per datagram, hence a class. The local address is worked out only when a request needs it. */
class UdpFlow implements Flow {
  readonly peer: SipAddress;
  readonly isReliable = false;
  private readonly socket: SipDatagramSocket;
  private readonly bound: SipAddress;
  private readonly localHost: (bound: string, target: string) => string;

  constructor(
    socket: SipDatagramSocket,
    bound: SipAddress,
    peer: SipAddress,
    localHost: (bound: string, target: string) => string,
  ) {
    this.socket = socket;
    this.bound = bound;
    this.peer = peer;
    this.localHost = localHost;
  }

  get local(): SipAddress {
    if (!isWildcard(this.bound.host)) return this.bound;
    return { ...this.bound, host: this.localHost(this.bound.host, this.peer.host) };
  }

  isOpen(): boolean {
    return true;
  }

  send(bytes: Buffer, onError: (message: string) => void): void {
    this.socket.send(bytes, this.peer.host, this.peer.port, onError);
  }

  watch(): () => void {
    return nothing;
  }
}

/** Makes the function that replaces a wildcard host by the address used towards a target. Answers are kept for a while:
 * listing the interfaces costs more than handling a message. */
export function createLocalHostFinder(monotonicMs: () => number): (bound: string, target: string) => string {
  const known = new Map<string, { readonly host: string; readonly atMs: number }>();
  const keptMs = 10_000;
  return (bound, target) => {
    if (!isWildcard(bound)) return bound;
    const entry = known.get(target);
    const nowMs = monotonicMs();
    if (entry !== undefined && nowMs - entry.atMs < keptMs) return entry.host;
    if (known.size > 10_000) known.clear();
    const host = outwardHost(target);
    known.set(target, { host, atMs: nowMs });
    return host;
  };
}
