import type { Clock, Timer } from "../../kernel/index.ts";
import {
  createFramer,
  type Frame,
  parseMessage,
  type ParseResult,
  type Transport,
  type TransportName,
} from "../../sip-syntax/index.ts";
import type { SipAddress, SipStream } from "../types.ts";
import type { Flow, TransportEvents } from "./flow.ts";

/** A connection, ours or accepted, with the function that closes it. */
export interface Connection {
  readonly flow: Flow;
  close(): void;
}

const pong = Buffer.from("\r\n");

/** What a connection is run with. */
export interface ConnectionOptions {
  readonly transport: Transport<TransportName>;
  readonly peer: SipAddress;
  readonly stream: SipStream;
  readonly clock: Clock;
  /** How long it stays up unused. */
  readonly idleMs: number;
  /** How long a message may take to come in whole, and a new connection to bring its first. */
  readonly wholeMessageMs: number;
  readonly events: TransportEvents;
  /** The address, or wildcard, of our listener. */
  readonly bound: () => string;
  /** Our address in Via and Contact: the listener's where there is one. */
  readonly localAddress: () => SipAddress;
  /** Called once, when the stream is closed for whatever reason. */
  readonly onGone: () => void;
}

/** Runs SIP over one stream: cuts it into messages, answers keep-alives, calls the listeners when it breaks, and closes it when it was not used
 * for `idleMs`. */
export function runConnection(options: ConnectionOptions): Connection {
  const flow = new StreamFlow(options);
  flow.start();
  return { flow, close: () => flow.close() };
}

/** One stream; what its methods mean stands at `Flow`. */
class StreamFlow implements Flow {
  readonly peer: SipAddress;
  readonly transport: Transport<TransportName>;
  readonly #options: ConnectionOptions;
  readonly #watchers = new Set<(message: string) => void>();
  readonly #framer = createFramer();
  #isOpen = true;
  #idle: Timer | undefined;
  /** Runs while a message has begun and is not complete. */
  #unfinished: Timer | undefined;
  #hasBroughtMessage = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.transport = options.transport;
    this.peer = options.peer;
  }

  start(): void {
    this.#options.stream.start({
      onBytes: (bytes) => this.#takeBytes(bytes),
      onClosed: (message) => this.#takeClose(message ?? "the peer closed the connection"),
    });
    this.#restartIdle();
  }

  get bound(): string {
    return this.#options.bound();
  }

  get local(): SipAddress {
    return this.#options.localAddress();
  }

  isOpen(): boolean {
    return this.#isOpen;
  }

  send(bytes: Buffer, onError: (message: string) => void): void {
    if (this.#isOpen) this.#options.stream.write(bytes);
    else onError("the connection is closed");
  }

  watch(onBroken: (message: string) => void): () => void {
    const watcher = (message: string) => onBroken(message);
    this.#watchers.add(watcher);
    this.#restartIdle();
    return () => {
      if (this.#watchers.delete(watcher) && this.#watchers.size === 0) this.#restartIdle();
    };
  }

  close(): void {
    if (this.#isOpen) this.#options.stream.close();
  }

  #restartIdle(): void {
    this.#idle?.cancel();
    const isUnused = this.#isOpen && this.#watchers.size === 0;
    const { clock, idleMs, wholeMessageMs } = this.#options;
    const delayMs = this.#hasBroughtMessage ? idleMs : wholeMessageMs;
    this.#idle = isUnused ? clock.startTimer(delayMs, () => this.close()) : undefined;
  }

  /** Only complete messages count as use, so that a peer cannot hold a connection open byte by byte. */
  #restartUnfinished(isProgress: boolean): void {
    if (isProgress || !this.#framer.isInside()) {
      this.#unfinished?.cancel();
      this.#unfinished = undefined;
    }
    if (!this.#isOpen || !this.#framer.isInside()) return;
    this.#unfinished ??= this.#options.clock.startTimer(this.#options.wholeMessageMs, () => this.close());
  }

  #takeBytes(bytes: Buffer): void {
    const frames = this.#framer.push(bytes);
    if (frames.length > 0) this.#restartIdle();
    this.#restartUnfinished(frames.length > 0);
    for (const frame of frames) if (this.#isOpen) this.#takeFrame(frame);
  }

  #takeFrame(frame: Frame): void {
    if (frame.type === "ping") return this.#options.stream.write(pong);
    if (frame.type === "broken") {
      // If what has arrived can be answered, its sender gets the reason before the connection closes.
      this.#takeMessage(parseMessage(frame.bytes, frame));
      return this.close();
    }
    return this.#takeMessage(parseMessage(frame.bytes));
  }

  #takeMessage(result: ParseResult): void {
    const { events } = this.#options;
    this.#hasBroughtMessage ||= result.type === "message";
    if (result.type === "message") return events.onMessage(result.message, this);
    if (result.type === "malformed") events.onMalformed(result.why, this.peer);
    return undefined;
  }

  #takeClose(message: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#idle?.cancel();
    this.#unfinished?.cancel();
    this.#options.onGone();
    const waiting = [...this.#watchers];
    this.#watchers.clear();
    for (const watcher of waiting) watcher(message);
  }
}
