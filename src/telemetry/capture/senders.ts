import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { connect, type Socket } from "node:net";
import { errorMessage, type Clock, type Timer } from "../../kernel/index.ts";

/** Where a capture server listens. */
export interface CaptureAddress {
  readonly transport: "udp" | "tcp";
  /** An IP address or a host name. */
  readonly host: string;
  readonly port: number;
}

/** Sends packets as far as somebody takes them; nobody waits for it, and nothing grows. */
export interface CaptureSender {
  send(packet: Buffer): void;
  /** Resolves when what was taken is on its way, or it is clear that it cannot be. */
  close(): Promise<void>;
}

/** What a sender is made with. */
export interface SenderParts {
  readonly clock: Pick<Clock, "startTimer">;
  /** A packet is lost. `why`: in words for the log. */
  readonly onLost: (why: string) => void;
}

/** Before it is tried again to reach the server. */
const againMs = 2_000;
/** Datagrams that wait for the system. */
const mostDatagrams = 1_000;
/** Bytes that wait for a connection. */
const mostBytes = 1_048_576;

/** Opens the sender for an address. */
export function openSender(address: CaptureAddress, parts: SenderParts): CaptureSender {
  return address.transport === "udp" ? new DatagramSender(address, parts) : new StreamSender(address, parts);
}

class DatagramSender implements CaptureSender {
  readonly #parts: SenderParts;
  readonly #address: CaptureAddress;
  #socket: DatagramSocket | undefined;
  #opening: Promise<void> = Promise.resolve();
  #why = "its name is being looked up";
  #waiting = 0;
  #again: Timer | undefined;
  #isClosed = false;
  /** What came before the socket was there. */
  #early: Buffer[] = [];

  constructor(address: CaptureAddress, parts: SenderParts) {
    this.#address = address;
    this.#parts = parts;
    this.#opening = this.#open();
  }

  send(packet: Buffer): void {
    if (this.#socket === undefined && this.#again === undefined && this.#early.length < mostDatagrams)
      return void this.#early.push(packet);
    if (this.#socket === undefined) return this.#parts.onLost(this.#why);
    if (this.#waiting >= mostDatagrams) return this.#parts.onLost("the system takes no more datagrams");
    this.#waiting += 1;
    this.#socket.send(packet, (error) => {
      this.#waiting -= 1;
      if (error !== null) this.#parts.onLost(errorMessage(error));
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#again?.cancel();
    await this.#opening;
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket !== undefined) await new Promise<void>((resolve) => void setImmediate(() => socket.close(resolve)));
  }

  async #open(): Promise<void> {
    const { host, port } = this.#address;
    try {
      const { address, family } = await lookup(host);
      const socket = createSocket(family === 6 ? "udp6" : "udp4");
      // A port that is closed, as ICMP told.
      socket.on("error", (error) => this.#parts.onLost(errorMessage(error)));
      await new Promise<void>((resolve) => void socket.connect(port, address, resolve));
      socket.unref();
      this.#socket = socket;
      for (const packet of this.#early.splice(0)) this.send(packet);
    } catch (error) {
      this.#why = errorMessage(error);
      for (const _lost of this.#early.splice(0)) this.#parts.onLost(this.#why);
      if (this.#isClosed) return;
      this.#again = this.#parts.clock.startTimer(againMs, () => {
        this.#again = undefined;
        this.#opening = this.#open();
      });
    }
  }
}

class StreamSender implements CaptureSender {
  readonly #parts: SenderParts;
  readonly #address: CaptureAddress;
  #socket: Socket | undefined;
  #why = "the connection is closed";
  #again: Timer | undefined;
  #isClosed = false;

  constructor(address: CaptureAddress, parts: SenderParts) {
    this.#address = address;
    this.#parts = parts;
    this.#connect();
  }

  send(packet: Buffer): void {
    const socket = this.#socket;
    if (socket === undefined) return this.#parts.onLost(this.#why);
    if (socket.writableLength > mostBytes) return this.#parts.onLost("the capture server reads too slowly");
    socket.write(packet);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#again?.cancel();
    const socket = this.#socket;
    if (socket === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const limit = this.#parts.clock.startTimer(againMs, () => socket.destroy());
      socket.once("close", () => {
        limit.cancel();
        resolve();
      });
      socket.end();
    });
  }

  #connect(): void {
    const { host, port } = this.#address;
    const socket = connect({ host, port, noDelay: true });
    this.#socket = socket;
    socket.unref();
    // What a server says to its client is nothing.
    socket.resume();
    socket.on("error", (error) => {
      this.#why = errorMessage(error);
      this.#parts.onLost(this.#why);
    });
    socket.on("close", () => {
      this.#socket = undefined;
      if (this.#isClosed) return;
      this.#again = this.#parts.clock.startTimer(againMs, () => this.#connect());
    });
  }
}
