/** Takes one datagram. `packet` is valid during the call only. @param atMs when it came, by the clock of the sockets */
export type FarEndReceiver = (socket: number, fromPort: number, atMs: number, packet: Buffer) => void;

/** Sockets on loopback of a process that speaks and listens for many far ends. Nothing is received but in `receive`. */
export interface FarEndSockets {
  /** Who says when a packet came: the kernel, at the moment when it was sent over loopback, or this process, when it got to it. */
  readonly time: "kernel" | "user space";
  readonly ports: readonly number[];
  /** The clock of `FarEndReceiver`, milliseconds. */
  nowMs(): number;
  /** Sends by `flush` at the latest; `packet` is copied. */
  send(socket: number, toPort: number, packet: Uint8Array): void;
  flush(): void;
  /** Hands over all that came. */
  receive(receiver: FarEndReceiver): void;
  /** Calls `work` at `atMs`, or soon if that is over; Node's loop turns once before. */
  schedule(atMs: number, work: () => void): void;
}

/** Room for all that may come while this process does something else, bytes; the system may grant less. */
export const RECEIVE_BUFFER_BYTES = 4_194_304;
