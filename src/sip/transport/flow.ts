import type { SipMessage } from "../../sip-syntax/index.ts";
import type { SipAddress } from "../types.ts";

/** A way to one peer: a datagram socket with the peer's address, or a connection. */
export interface Flow {
  /** The address, or wildcard, of our listener. */
  readonly bound: string;
  /** What stands in Via and Contact of requests on this flow: what the peer is told of us. */
  readonly local: SipAddress;
  readonly peer: SipAddress;
  /** TCP: no retransmissions, other timer column. */
  readonly isReliable: boolean;
  /** The way to another port of the peer, from the same datagram socket; connections have none. */
  toPort?(port: number): Flow;
  isOpen(): boolean;
  send(bytes: Buffer, onError: (message: string) => void): void;
  /** Tells when a connection breaks; never called for datagrams. Returns how to stop listening.
   * While somebody listens the connection is in use and is not closed for idleness. */
  watch(onBroken: (message: string) => void): () => void;
}

/** What comes up from the sockets. */
export interface TransportEvents {
  onMessage(message: SipMessage, flow: Flow): void;
  onMalformed(why: string, peer: SipAddress): void;
  /** A connection that was closed since its source, or all, have too many. */
  onTooMany(peer: SipAddress): void;
}
