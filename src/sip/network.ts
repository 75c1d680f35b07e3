/** A bound datagram socket. Sending never throws: errors of the system come to `onError`. */
export interface SipDatagramSocket {
  readonly host: string;
  readonly port: number;
  send(bytes: Buffer, host: string, port: number, onError: (message: string) => void): void;
  close(): void;
}

/** One end of a byte stream, connected or connecting. No handler is called before `start`. */
export interface SipStream {
  /** Own address; port 0 while connecting. */
  local(): { readonly host: string; readonly port: number };
  readonly peer: { readonly host: string; readonly port: number };
  start(handlers: SipStreamHandlers): void;
  write(bytes: Buffer): void;
  close(): void;
  /** Asks whether the far end is still there, which is told by `onPong`; absent: the stream itself has no such question. RFC 6455 §5.5.2 */
  readonly ping?: () => void;
  /** Whether the far end, which has opened it, has proved to be this domain or address. Absent: it has proved nothing. RFC 5922 §7.1 */
  readonly isOf?: (name: string) => boolean;
}

/** Events of a stream. `onClosed` comes once and last, also after our own `close`. */
export interface SipStreamHandlers {
  onBytes(bytes: Buffer): void;
  /** The stream holds so many bytes back until what they belong to is complete; of streams that hold none it is not told. */
  onHeld?(sizeBytes: number): void;
  /** The far end has answered a ping. */
  onPong?(): void;
  /** `message` is undefined when the stream was ended in good order. */
  onClosed(message: string | undefined): void;
}

/** The sockets that a user agent needs, as one value that tests can replace. */
export interface SipNetwork {
  /** A socket on :: takes IPv4 too, with plain IPv4 addresses, unless `isSixOnly`. */
  openDatagram(
    host: string,
    port: number,
    onDatagram: (bytes: Buffer, host: string, port: number) => void,
    isSixOnly?: boolean,
  ): Promise<SipDatagramSocket>;
  listenStream(
    host: string,
    port: number,
    onStream: (stream: SipStream) => void,
    isSixOnly?: boolean,
  ): Promise<{ readonly host: string; readonly port: number; close(): void }>;
  connectStream(host: string, port: number): SipStream;
  /** The address of this machine that a packet to `peerHost` leaves from; undefined: there is none of its family. Sends nothing. */
  sourceHost(peerHost: string): string | undefined;
  /** Finds out whether a datagram port is closed (by ICMP), and calls back only in that case. Returns a function that stops waiting. */
  probeDatagram(host: string, port: number, onRefused: (message: string) => void): () => void;
}
