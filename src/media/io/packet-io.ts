/** Where a packet came from or goes to. IPv4 addresses are dotted, also on a socket that speaks both versions. */
export interface PacketAddress {
  readonly address: string;
  readonly port: number;
}

/** An address made ready for sending by one socket; what else it holds is the implementation's affair. */
export interface PacketDestination extends PacketAddress {
  /** The address in the form that the socket needs. */
  readonly prepared: unknown;
}

/** Takes one datagram. `packet` and `source` are valid during the call only. */
export type PacketReceiver = (packet: Uint8Array, source: PacketAddress) => void;

/** Takes packets before their receiver. */
export interface FirstTaker {
  /** @param packet may be changed, once it is taken
   * @returns false when the packet is to go its usual way */
  takes(packet: Uint8Array, source: PacketAddress): boolean;
}

/** One bound UDP socket. */
export interface PacketSocket {
  readonly port: number;
  /** Is asked about each packet before its receiver. */
  first: FirstTaker | undefined;
  prepare(address: string, port: number): PacketDestination;
  /** Sends `packet` whole; failures are silent, as on any network, also after `close`. The caller may reuse the memory at the next tick. */
  send(packet: Uint8Array, destination: PacketDestination): void;
  /** Frees the port; nothing more is received once it was called. Closing again does nothing. @returns undefined: it is free */
  close(): Promise<void> | undefined;
}

/** What is known of a socket before it is bound. */
export interface SocketOptions {
  /** Many far ends send to it in turns. */
  readonly isShared?: boolean;
}

/** The UDP sockets of one media worker. */
export interface PacketIo {
  /** Binds a socket; port 0 is any free port. Rejects with the system's error (`EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`). */
  open(address: string, port: number, receive: PacketReceiver, options?: SocketOptions): Promise<PacketSocket>;
  /** Takes over a pair that is bound already, as `createPortBinder` binds; absent where sockets of others are not to be had. Each is closed with its
   * socket, and both where one cannot be used, for which this throws the system's error. */
  adopt?(
    address: string,
    pair: readonly [BoundSocket, BoundSocket],
    receive: PacketReceiver,
  ): readonly [PacketSocket, PacketSocket];
}

/** A UDP socket of the system that has its port. Any thread of the process may use it, and one closes it. */
export interface BoundSocket {
  readonly descriptor: number;
  readonly port: number;
}

/** Room for a burst while the thread is busy, bytes, of a socket with one far end and of one with many; the system may grant less. */
export const RECEIVE_BUFFER_BYTES = { own: 262_144, shared: 4_194_304 } as const;
