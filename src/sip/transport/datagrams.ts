import { parseMessage, type Transport, type TransportName } from "../../sip-syntax/index.ts";
import type { SipAddress, SipDatagramSocket, SipListener } from "../types.ts";
import type { Carrier, CarrierParts } from "./carrier.ts";
import type { Flow } from "./flow.ts";
import type { OwnAddresses } from "./own-addresses.ts";
import { answerStun, isStun } from "./stun.ts";

const pong = Buffer.from("\r\n");
const nothing = () => undefined;

/** A carrier for datagrams: one socket for each listener, which sends to everybody. RFC 3261 §18.1.1, §18.2.1 */
export function createDatagrams({ transport, network, events, own }: CarrierParts): Carrier {
  const sockets = new Map<SipListener, SipDatagramSocket>();
  const listeners: SipListener[] = [];
  const { name } = transport;

  return {
    async listen({ host, port, advertised }, isSixOnly) {
      const address = { transport: name, host, port, advertised };
      // Most datagrams are from the one that sent the one before, and each request and call keeps what it came by.
      let latest: DatagramFlow | undefined;
      const flowOf = (peerHost: string, peerPort: number): DatagramFlow => {
        if (latest?.peer.host === peerHost && latest.peer.port === peerPort) return latest;
        const peer = { transport: name, host: peerHost, port: peerPort };
        return (latest = new DatagramFlow(socket, address, peer, transport, own, true));
      };
      const receive = (bytes: Buffer, peerHost: string, peerPort: number) => {
        if (isStun(bytes)) {
          const answer = answerStun(bytes, peerHost, peerPort);
          return answer && socket.send(answer, peerHost, peerPort, nothing);
        }
        const flow = flowOf(peerHost, peerPort);
        if (!events.hears(flow.peer)) return;
        const result = parseMessage(bytes);
        if (result.type === "malformed") events.onMalformed(result.why, flow.peer);
        else if (result.type === "message") events.onMessage(result.message, flow);
        else if (result.isPing) socket.send(pong, peerHost, peerPort, nothing);
        return undefined;
      };
      const socket = await network.openDatagram(host, port, receive, isSixOnly);
      address.port = socket.port;
      sockets.set(address, socket);
      listeners.push(address);
      return address;
    },
    flowTo(destination, last) {
      if (last?.toPort !== undefined && last.peer.host === destination.host) return last.toPort(destination.port);
      const listener = own.listenerFor(destination, listeners);
      const socket = listener && sockets.get(listener);
      return socket && new DatagramFlow(socket, listener, destination, transport, own);
    },
    flowBackTo(peer, { host, port }) {
      const listener = listeners.find((one) => one.host === host && one.port === port);
      const socket = listener && sockets.get(listener);
      return socket && new DatagramFlow(socket, listener, peer, transport, own, true);
    },
    socketCount: () => sockets.size,
    close() {
      for (const socket of sockets.values()) socket.close();
      sockets.clear();
    },
  };
}

/** A class, because one is made for each peer that a datagram comes from. The local address is computed only when a request needs it. */
class DatagramFlow implements Flow {
  readonly peer: SipAddress;
  readonly transport: Transport<TransportName>;
  private readonly socket: SipDatagramSocket;
  readonly listener: SipListener;
  readonly offersAlias = false;
  readonly leadsBack: boolean;
  private readonly own: OwnAddresses;

  constructor(
    socket: SipDatagramSocket,
    listener: SipListener,
    peer: SipAddress,
    transport: Transport<TransportName>,
    own: OwnAddresses,
    leadsBack = false,
  ) {
    this.socket = socket;
    this.listener = listener;
    this.peer = peer;
    this.transport = transport;
    this.own = own;
    this.leadsBack = leadsBack;
  }

  get bound(): string {
    return this.listener.host;
  }

  get local(): SipAddress {
    return this.own.signalled(this.peer, this.listener);
  }

  toPort(port: number): Flow {
    return new DatagramFlow(this.socket, this.listener, { ...this.peer, port }, this.transport, this.own);
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
