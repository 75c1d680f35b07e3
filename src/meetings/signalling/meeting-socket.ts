/** One WebSocket of a client. */
export interface MeetingSocket {
  /** Address of the client. */
  readonly source: string;
  /** After the close it does nothing. */
  send(message: Uint8Array): void;
  /** What the client has not read yet. */
  unreadBytes(): number;
  /** Nothing that the client sends is read any more. */
  stopReading(): void;
  /** Closes it with a code of RFC 6455 §7.4.2 and a reason of at most 123 bytes. */
  close(code: number, reason: string): void;
  /** Ends it without a closing handshake. */
  cut(): void;
  /** Says who hears of it; once. */
  listen(listener: SocketListener): void;
}

export interface SocketListener {
  onMessage(message: Uint8Array, isBinary: boolean): void;
  /** It is gone: the client's code, 1005 when it gave none, 1006 when it did not close it. */
  onClose(code: number): void;
}
