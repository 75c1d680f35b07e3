import { parseMessage } from "../../sip-syntax/index.ts";
import type { SipAddress, SipDatagramSocket, SipNetwork } from "../types.ts";
import type { Flow, TransportEvents } from "./flow.ts";
import type { OwnAddresses } from "./own-addresses.ts";

/** An open UDP listener. */
export interface UdpListener {
  readonly address: SipAddress;
  flowTo(destination: SipAddress): Flow;
  close(): void;
}

const pong = Buffer.from("\r\n");
const nothing = () => undefined;

/** Opens a UDP socket and reads its datagrams. Rejects when it cannot be bound.
 * @param isSixOnly whether a listener on :: takes no IPv4 */
export async function openUdpListener(
  network: SipNetwork,
  listener: SipAddress,
  events: TransportEvents,
  own: OwnAddresses,
  isSixOnly: boolean,
): Promise<UdpListener> {
  const receive = (bytes: Buffer, host: string, port: number) => {
    const result = parseMessage(bytes);
    if (result.type === "malformed") events.onMalformed(result.why, { transport: "udp", host, port });
    else if (result.type === "message") events.onMessage(result.message, flowTo({ transport: "udp", host, port }));
    else if (result.isPing) socket.send(pong, host, port, nothing);
  };
  const socket = await network.openDatagram(listener.host, listener.port, receive, isSixOnly);
  const address: SipAddress = { transport: "udp", host: listener.host, port: socket.port };
  const flowTo = (peer: SipAddress): Flow => new UdpFlow(socket, address, peer, own);
  return { address, flowTo, close: () => socket.close() };
}

/** A class, because one is made per datagram. The local address is computed only when a request needs it. */
class UdpFlow implements Flow {
  readonly peer: SipAddress;
  readonly isReliable = false;
  private readonly socket: SipDatagramSocket;
  private readonly listener: SipAddress;
  private readonly own: OwnAddresses;

  constructor(socket: SipDatagramSocket, listener: SipAddress, peer: SipAddress, own: OwnAddresses) {
    this.socket = socket;
    this.listener = listener;
    this.peer = peer;
    this.own = own;
  }

  get bound(): string {
    return this.listener.host;
  }

  get local(): SipAddress {
    const host = this.own.towards(this.peer, this.bound)?.advertised ?? this.bound;
    return { ...this.listener, host };
  }

  toPort(port: number): Flow {
    return new UdpFlow(this.socket, this.listener, { ...this.peer, port }, this.own);
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
