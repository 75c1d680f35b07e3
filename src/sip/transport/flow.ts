import { printVia, type SipMessage, type Transport, type TransportName } from "../../sip-syntax/index.ts";
import type { SipAddress, SipListener } from "../types.ts";

/** The path to one peer: a datagram socket with the peer's address, or a connection. RFC 5626 §3 */
export interface Flow {
  /** The address, or wildcard, of our listener. */
  readonly bound: string;
  /** Our listener: that which the connection or datagram came to, else the one that is used towards the peer. */
  readonly listener: SipListener | undefined;
  /** What Via and Contact of requests on this flow contain: our address as the peer sees it. */
  readonly local: SipAddress;
  readonly peer: SipAddress;
  readonly transport: Transport<TransportName>;
  /** Whether the far end may send its requests over this connection too. RFC 5923 */
  readonly offersAlias: boolean;
  /** Whether it is back to where a datagram came from, as to a phone behind a NAT, where nothing else is known to lead. */
  readonly leadsBack?: boolean;
  /** The flow to another port of the peer from the same datagram socket; connections have none. */
  toPort?(port: number): Flow;
  isOpen(): boolean;
  /** Breaks a connection of ours that has not come about in `afterMs`; datagrams have none. */
  giveUpConnecting?(afterMs: number): void;
  send(bytes: Buffer, onError: (message: string) => void): void;
  /** Calls back when a connection breaks; never for datagrams. Returns a function that stops listening. A connection with listeners is in use and
   * not closed as idle. */
  watch(onBroken: (message: string) => void): () => void;
}

/** The Via value of a request of ours on `flow`. */
export function viaOn(flow: Flow, branch: string): string {
  return printVia({ ...flow.local, transport: flow.peer.transport }, branch, flow.offersAlias);
}

/** Why a connection is closed before a message came over it, or was complete; what each means stands in `refusal-causes.ts`. */
export type ConnectionCause =
  | "too-many-connections"
  | "too-many-handshakes"
  | "too-many-unfinished"
  | "cut-off"
  | "not-tls"
  | "not-web-socket"
  | "bad-web-socket"
  | "foreign-page"
  | "plain-web-socket"
  | "no-sip-protocol"
  | "handshake-failed"
  | "handshake-timeout"
  | "certificate-not-trusted"
  | "no-client-certificate"
  | "client-certificate-not-trusted";

/** What comes up from the sockets. */
export interface TransportEvents {
  /** Whether what this peer sends is read; asked before it is. */
  hears(peer: SipAddress): boolean;
  onMessage(message: SipMessage, flow: Flow): void;
  onMalformed(why: string, peer: SipAddress): void;
  /** A connection that was closed before a message came over it, or was complete. */
  onDropped(cause: ConnectionCause, peer: SipAddress, why: string): void;
}
