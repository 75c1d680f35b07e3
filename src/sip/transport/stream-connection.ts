import type { Clock, SourceQuota, Timer } from "../../kernel/index.ts";
import {
  createFramer,
  createWholeFramer,
  type Frame,
  type Framer,
  parseMessage,
  type ParseResult,
  type Transport,
  type TransportName,
} from "../../sip-syntax/index.ts";
import type { SipAddress, SipListener, SipStream } from "../types.ts";
import type { Flow, TransportEvents } from "./flow.ts";
import { wildcardFor } from "./local-address.ts";

/** A connection, ours or accepted, with the function that closes it. */
export interface Connection {
  readonly flow: Flow;
  close(): void;
}

const ping = Buffer.from("\r\n\r\n");
const pong = Buffer.from("\r\n");
/** How often a connection in use is kept alive, for the sake of firewalls and NATs on the way. RFC 5626 §4.4.1 */
const pingEveryMs = 100_000;
/** The same with pings that every far end answers (RFC 6455 §5.5.2): proxies of HTTP on the way close what rests for a minute. */
const answeredPingEveryMs = 25_000;
/** A peer that has answered pings before has so long to answer one. RFC 5626 §4.4.1 */
const longestPongMs = 10_000;
/** How long a connection of ours may take to be made. */
const longestConnectMs = 4_000;

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
  /** Whether it is one that we open, so that it has to come about first. */
  readonly isOurs: boolean;
  /** Bytes of messages that have begun and are not complete, of all connections. */
  readonly unfinished: SourceQuota<SipStream>;
  readonly events: TransportEvents;
  /** Our listener; undefined: there is none that fits the peer. */
  readonly listener: () => SipListener | undefined;
  /** Our address in Via and Contact: the listener's where there is one. */
  readonly localAddress: () => SipAddress;
  readonly offersAlias: () => boolean;
  /** Called once, when the stream is closed for whatever reason. */
  readonly onGone: () => void;
}

/** Runs SIP over one stream: cuts it into messages, keeps it alive while it is in use, calls the listeners when it breaks, and closes it when it
 * was not used for `idleMs`. */
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
  readonly #framer: Framer;
  /** Bytes of a message that has begun, which the stream holds until it is complete. */
  #heldBytes = 0;
  #isOpen = true;
  /** It is we who close it. */
  #isClosing = false;
  #idle: Timer | undefined;
  /** Runs while a message has begun and is not complete. */
  #unfinished: Timer | undefined;
  /** Runs until a connection of ours is made. */
  #connecting: Timer | undefined;
  /** Runs towards the next ping of ours, or the answer to it. */
  #keepAlive: Timer | undefined;
  #awaitsPong = false;
  #answersPings = false;
  /** Bytes of line ends since the last message or ping. */
  #blankBytes = 0;
  #hasBroughtMessage = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.transport = options.transport;
    this.peer = options.peer;
    this.#framer = options.transport.isFramed ? createWholeFramer() : createFramer();
    this.#answersPings = options.stream.ping !== undefined;
  }

  start(): void {
    this.#options.stream.start({
      onBytes: (bytes) => this.#takeBytes(bytes),
      onHeld: (sizeBytes) => this.#takeHeld(sizeBytes),
      onPong: () => this.#noteLife(),
      onClosed: (message) => this.#takeClose(message ?? "the peer closed the connection"),
    });
    this.#restartIdle();
    if (!this.#options.isOurs || !this.#isOpen) return;
    this.#connecting = this.#options.clock.startTimer(longestConnectMs, () => this.giveUpConnecting(longestConnectMs));
  }

  giveUpConnecting(afterMs: number): void {
    const isMade = this.#options.stream.local().port !== 0;
    if (this.#options.isOurs && this.#isOpen && !isMade) this.#break(`no connection within ${afterMs / 1_000} s`);
  }

  get bound(): string {
    return this.listener?.host ?? wildcardFor(this.peer.host);
  }

  get listener(): SipListener | undefined {
    return this.#options.listener();
  }

  get local(): SipAddress {
    return this.#options.localAddress();
  }

  get offersAlias(): boolean {
    return this.#options.offersAlias();
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
    if (this.#keepAlive === undefined) this.#waitToPing();
    return () => {
      if (!this.#watchers.delete(watcher) || this.#watchers.size > 0) return;
      this.#restartIdle();
      this.#stopKeepAlive();
    };
  }

  close(): void {
    this.#isClosing = true;
    if (this.#isOpen) this.#options.stream.close();
  }

  #waitToPing(): void {
    const { clock, stream } = this.#options;
    const everyMs = stream.ping === undefined ? pingEveryMs : answeredPingEveryMs;
    if (this.#isOpen) this.#keepAlive = clock.startTimer(everyMs, () => this.#sendPing());
  }

  #sendPing(): void {
    const { stream } = this.#options;
    if (stream.ping === undefined) stream.write(ping);
    else stream.ping();
    this.#awaitsPong = true;
    this.#keepAlive = this.#options.clock.startTimer(longestPongMs, () => this.#missPong());
  }

  /** Many peers know no pings, and leave them unanswered. */
  #missPong(): void {
    if (this.#answersPings) return this.#break("the peer answers no keep-alive");
    this.#awaitsPong = false;
    return this.#waitToPing();
  }

  #stopKeepAlive(): void {
    this.#keepAlive?.cancel();
    this.#keepAlive = undefined;
    this.#awaitsPong = false;
  }

  /** Closes it for a reason of ours, which those who use it are told. */
  #break(why: string): void {
    this.#isClosing = true;
    this.#takeClose(why);
    this.#options.stream.close();
  }

  #restartIdle(): void {
    this.#idle?.cancel();
    const isUnused = this.#isOpen && this.#watchers.size === 0;
    const { clock, idleMs, wholeMessageMs } = this.#options;
    const delayMs = this.#hasBroughtMessage ? idleMs : wholeMessageMs;
    this.#idle = isUnused ? clock.startTimer(delayMs, () => this.#giveUp()) : undefined;
  }

  /** Only complete messages count as use, so that a peer cannot hold a connection open byte by byte. */
  #restartUnfinished(isProgress: boolean): void {
    const isInside = this.#pendingBytes() > 0;
    if (isProgress || !isInside) {
      this.#unfinished?.cancel();
      this.#unfinished = undefined;
    }
    if (!this.#isOpen || !isInside) return;
    this.#unfinished ??= this.#options.clock.startTimer(this.#options.wholeMessageMs, () => this.#giveUp());
  }

  /** Closes it. A message that is not complete is refused first, so that its sender, and the log, learn why nothing came of it. */
  #giveUp(): void {
    const frame = this.#framer.giveUp();
    if (frame !== undefined) this.#takeFrame(frame);
    this.close();
  }

  /** Whatever comes, the peer is there. */
  #noteLife(): void {
    if (!this.#awaitsPong || !this.#answersPings) return;
    this.#stopKeepAlive();
    this.#waitToPing();
  }

  /** What is held for messages that are never finished is bounded, however many connections they come over. */
  #holdUnfinished(): void {
    const { stream, peer, unfinished, events } = this.#options;
    const heldBytes = this.#pendingBytes();
    unfinished.remove(stream);
    if (heldBytes === 0 || !this.#isOpen) return undefined;
    if (unfinished.hasRoom(peer.host, heldBytes)) return unfinished.add(stream, peer.host, heldBytes);
    events.onDropped("too-many-unfinished", peer, "send each message in one go");
    return this.close();
  }

  #pendingBytes(): number {
    return this.#framer.pendingBytes() + this.#heldBytes;
  }

  #takeHeld(sizeBytes: number): void {
    this.#heldBytes = sizeBytes;
    this.#restartUnfinished(false);
    this.#noteLife();
    this.#holdUnfinished();
  }

  #takeBytes(bytes: Buffer): void {
    const frames = this.#framer.push(bytes);
    if (frames.length > 0) this.#restartIdle();
    this.#restartUnfinished(frames.length > 0);
    for (const frame of frames) if (this.#isOpen) this.#takeFrame(frame);
    this.#noteLife();
    this.#holdUnfinished();
  }

  #takeFrame(frame: Frame): void {
    if (frame.type === "blank") return this.#takeBlank(frame.sizeBytes);
    this.#blankBytes = 0;
    if (frame.type === "broken") {
      // If what has arrived can be answered, its sender gets the reason before the connection closes.
      this.#takeMessage(parseMessage(frame.bytes, frame));
      return this.close();
    }
    return this.#takeMessage(parseMessage(frame.bytes));
  }

  /** The answer to a ping of ours, or a ping, which may come in two pieces. */
  #takeBlank(sizeBytes: number): void {
    if (this.#awaitsPong && sizeBytes === pong.length) {
      this.#answersPings = true;
      return;
    }
    this.#blankBytes += sizeBytes;
    if (this.#blankBytes < ping.length) return;
    this.#blankBytes = 0;
    this.#options.stream.write(pong);
  }

  #takeMessage(result: ParseResult): void {
    const { events } = this.#options;
    if (!events.hears(this.peer)) return this.close();
    this.#hasBroughtMessage ||= result.type === "message";
    if (result.type === "message") return events.onMessage(result.message, this);
    if (result.type === "malformed") {
      events.onMalformed(result.why, this.peer);
      // Where each piece is to be a message, who sends others speaks something else.
      if (this.transport.isFramed) this.close();
    }
    return undefined;
  }

  /** Nothing comes of a message whose connection ends before it does, and nobody is there to be told. */
  #noteCutOff(): void {
    const { events } = this.#options;
    const sizeBytes = this.#pendingBytes();
    if (this.#isClosing || sizeBytes === 0 || !events.hears(this.peer)) return;
    events.onDropped("cut-off", this.peer, `${sizeBytes} bytes of a message had come; send it whole, then close`);
  }

  #takeClose(message: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#noteCutOff();
    this.#idle?.cancel();
    this.#unfinished?.cancel();
    this.#connecting?.cancel();
    this.#stopKeepAlive();
    this.#options.unfinished.remove(this.#options.stream);
    this.#options.onGone();
    const waiting = [...this.#watchers];
    this.#watchers.clear();
    for (const watcher of waiting) watcher(message);
  }
}
