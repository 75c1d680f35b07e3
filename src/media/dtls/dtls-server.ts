import { randomBytes } from "node:crypto";
import type { Clock, Timer } from "../../kernel/index.ts";
import type { DtlsCertificate } from "./certificate.ts";
import { readClientHello, readHelloStart, type ClientHello, type HelloStart } from "./client-hello.ts";
import { hasCookie, makeCookie, printHelloVerifyRequest } from "./cookie.ts";
import { stepFlight, type FlightInput, type FlightState } from "./flight-machine.ts";
import { packFlight, type FlightPart } from "./flight.ts";
import { readFragments, type HandshakeFragment, type HandshakeMessage } from "./handshake-message.ts";
import { alertCode, alertLevel, contentType, handshakeType } from "./protocol.ts";
import { Reassembly } from "./reassembly.ts";
import { RecordLayer } from "./record-layer.ts";
import { printRecord, readRecords, type DtlsRecord } from "./record.ts";
import type { DtlsFailure, Refusal } from "./refusal.ts";
import { ServerHandshake, type AgreedKeys } from "./server-handshake.ts";

/** What a server of one association is made with. */
export interface DtlsServerSetting {
  readonly certificate: DtlsCertificate;
  readonly clock: Clock;
  /** Of the client's certificate, as `readFingerprint` gives it. */
  readonly expectedFingerprint: string;
  /** Whether a client has to show that it is where its datagrams come from before anything is computed for it, at the cost of a round trip; once
   * it was asked it has to. Default: always. */
  readonly needsCookie?: () => boolean;
  /** The handshake has failed when it is not over by then; default 30 s. */
  readonly lifetimeMs?: number;
  /** Most bytes of a datagram; default 1200, which every path of a browser takes. RFC 8831 §5 */
  readonly mostDatagramBytes?: number;
}

/** Who is told what comes of it. None of it is called from within `createDtlsServer` or `close`, but `send` of the farewell is. */
export interface DtlsServerOwner {
  /** Sends a datagram to the client. */
  send(datagram: Uint8Array): void;
  /** The handshake is over, and the client is whom its session description named. Once. */
  onKeys(keys: AgreedKeys): void;
  /** There will be no keys. Once, and then nothing more. */
  onFailed(failure: DtlsFailure): void;
  /** The client has said goodbye after the handshake. Once, and then nothing more. */
  onClosed(): void;
  /** Something of a datagram was left aside. */
  onDropped(cause: DtlsDropCause): void;
}

/** Why something of a datagram was left aside. */
export type DtlsDropCause =
  /** No record, or a record that is not what it says. */
  | "malformed"
  /** It has come before. */
  | "replayed"
  /** It was not made with the keys of this association. */
  | "not-authentic"
  /** It has no meaning at this point, or never. */
  | "unexpected"
  /** More than is kept. */
  | "beyond-limit";

/** The server's end of one DTLS-SRTP association. */
export interface DtlsServer {
  /** Takes a datagram; its memory may be reused at once. Costs up to a millisecond of processor time while the handshake goes on.
   * @param source where it came from, as a text that differs for different addresses: cookies are good for one */
  receive(datagram: Uint8Array, source: string): void;
  /** The client uses its keys, so it has got our last flight. Before that, the flight is sent again a few times. */
  confirm(): void;
  /** Says goodbye to the client, and gives up the timers. Closing again does nothing. */
  close(): void;
}

/** Makes the passive end of DTLS 1.2 for SRTP. RFC 6347, RFC 5764, RFC 8827 §6.5 */
export function createDtlsServer(setting: DtlsServerSetting, owner: DtlsServerOwner): DtlsServer {
  return new Server(setting, owner);
}

/** Records of epoch 1 that came before their keys; a client has one or two to send. */
const MOST_EARLY_RECORDS = 4;
const MOST_EARLY_BYTES = 256;

type Stage =
  | { readonly type: "hello" }
  | { readonly type: "handshake"; readonly handshake: ServerHandshake; readonly helloSequence: number }
  | { readonly type: "established" }
  | { readonly type: "ended" };

class Server implements DtlsServer {
  readonly #setting: DtlsServerSetting;
  readonly #owner: DtlsServerOwner;
  readonly #cookieSecret = randomBytes(32);
  readonly #lifetime: Timer;
  readonly #layer = new RecordLayer();
  readonly #reassembly = new Reassembly();
  #stage: Stage = { type: "hello" };
  /** For a cookie. */
  #hasAsked = false;
  #early: DtlsRecord[] = [];
  #flight: readonly FlightPart[] = [];
  #flightState: FlightState = { type: "none" };
  #flightTimer: Timer | undefined;

  constructor(setting: DtlsServerSetting, owner: DtlsServerOwner) {
    this.#setting = setting;
    this.#owner = owner;
    this.#lifetime = setting.clock.startTimer(setting.lifetimeMs ?? 30_000, () => this.#runOut());
  }

  receive(datagram: Uint8Array, source: string): void {
    if (this.#stage.type === "ended") return;
    const bytes = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.length);
    const { records, isWhole } = readRecords(bytes);
    if (!isWhole) this.#owner.onDropped("malformed");
    for (const record of records) this.#takeRecord(record, source);
  }

  confirm(): void {
    this.#stepFlight({ type: "confirmed" });
  }

  close(): void {
    if (this.#stage.type === "handshake" || this.#stage.type === "established") {
      this.#sendAlert(alertLevel.warning, alertCode.closeNotify);
    }
    this.#end();
  }

  #takeRecord(record: DtlsRecord, source: string): void {
    if (this.#stage.type === "ended") return;
    const content = this.#layer.open(record);
    if (content === "no-keys") this.#keepEarly(record);
    else if (typeof content === "string") this.#owner.onDropped(content);
    else this.#takeContent(record, content, source);
  }

  /** The keys follow from messages that may have been overtaken. RFC 6347 §4.1 */
  #keepEarly(record: DtlsRecord): void {
    const isKept =
      this.#stage.type === "handshake" &&
      this.#early.length < MOST_EARLY_RECORDS &&
      record.fragment.length <= MOST_EARLY_BYTES;
    if (isKept) this.#early.push({ ...record, fragment: Buffer.from(record.fragment) });
    else this.#owner.onDropped(this.#stage.type === "handshake" ? "beyond-limit" : "unexpected");
  }

  #takeContent(record: DtlsRecord, content: Buffer, source: string): void {
    switch (record.type) {
      case contentType.handshake:
        return this.#takeFragments(record, content, source);
      case contentType.alert:
        return this.#takeAlert(record.epoch, content);
      case contentType.changeCipherSpec:
        // The epoch of what follows says the same.
        return;
      default:
        return this.#owner.onDropped("unexpected");
    }
  }

  #takeFragments(record: DtlsRecord, content: Buffer, source: string): void {
    const fragments = readFragments(content);
    if (fragments === undefined) return this.#owner.onDropped("malformed");
    for (const fragment of fragments) {
      // What proves the handshake comes protected, and nothing else does.
      if ((fragment.type === handshakeType.finished) !== (record.epoch === 1)) this.#owner.onDropped("unexpected");
      else if (this.#stage.type === "hello") this.#takeHelloFragment(fragment, record, source);
      else if (this.#stage.type !== "ended") this.#takeFragment(fragment);
    }
  }

  /** The first piece is asked for its cookie at once, so that nothing is kept of a client without one, and a ClientHello of several datagrams costs no
   * more round trips when one of them is lost. */
  #takeHelloFragment(fragment: HandshakeFragment, record: DtlsRecord, source: string): void {
    if (fragment.type !== handshakeType.clientHello) return this.#owner.onDropped("unexpected");
    const start = fragment.offset === 0 ? readHelloStart(fragment.body) : undefined;
    if (start !== undefined && this.#lacksCookie(start, source)) return this.#askForCookie(start, record, source);
    const refusal = this.#reassembly.add(fragment);
    if (refusal !== undefined) return this.#owner.onDropped(refusal);
    const message = this.#reassembly.take(fragment.sequence);
    if (message === undefined) return;
    // What is sent in answer to a ClientHello has its number, so that no number is used twice. RFC 6347 §4.2.1
    this.#layer.continueAt(record.sequence);
    const hello = readClientHello(message.body);
    if (hello === undefined) return this.#owner.onDropped("malformed");
    if (this.#lacksCookie(hello, source)) this.#askForCookie(hello, record, source);
    else this.#begin(message, hello);
  }

  #lacksCookie(hello: HelloStart, source: string): boolean {
    const isNeeded = this.#hasAsked || (this.#setting.needsCookie?.() ?? true);
    return isNeeded && !hasCookie(this.#cookieSecret, source, hello);
  }

  #askForCookie(hello: HelloStart, record: DtlsRecord, source: string): void {
    this.#hasAsked = true;
    const request = printHelloVerifyRequest(makeCookie(this.#cookieSecret, source, hello));
    this.#owner.send(printRecord(contentType.handshake, 0, record.sequence, request));
  }

  #begin(message: HandshakeMessage, hello: ClientHello): void {
    this.#reassembly.continueAt(message.sequence + 1);
    const handshake = ServerHandshake.begin(message, hello, this.#setting);
    if (!(handshake instanceof ServerHandshake)) return this.#refuse(handshake);
    this.#stage = { type: "handshake", handshake, helloSequence: message.sequence };
    this.#flight = handshake.flight;
    this.#stepFlight({ type: "flight", isLast: false });
  }

  #takeFragment(fragment: HandshakeFragment): void {
    if (fragment.sequence < this.#reassembly.next) {
      if (this.#repeatsFlight(fragment)) this.#stepFlight({ type: "repeated" });
      return;
    }
    // Of a handshake that would be a second one nothing is kept.
    if (this.#stage.type !== "handshake") return this.#owner.onDropped("unexpected");
    const refusal = this.#reassembly.add(fragment);
    if (refusal !== undefined) return this.#owner.onDropped(refusal);
    while (this.#stage.type === "handshake") {
      const message = this.#reassembly.takeNext();
      if (message === undefined) return;
      this.#takeMessage(this.#stage.handshake, message);
    }
  }

  /** Whether the client has sent the last message of its flight again, so it has not got what we answered. RFC 6347 §4.2.4 */
  #repeatsFlight({ type, sequence }: HandshakeFragment): boolean {
    if (this.#stage.type === "handshake") return sequence === this.#stage.helloSequence;
    return this.#stage.type === "established" && type === handshakeType.finished;
  }

  #takeMessage(handshake: ServerHandshake, message: HandshakeMessage): void {
    const step = handshake.take(message);
    switch (step.type) {
      case "continue":
        return;
      case "refuse":
        return this.#refuse(step.refusal);
      case "keys":
        this.#layer.setKeys(step.read, step.write);
        return this.#takeEarly();
      case "finish":
        this.#stage = { type: "established" };
        this.#lifetime.cancel();
        this.#flight = step.flight;
        this.#stepFlight({ type: "flight", isLast: true });
        return this.#owner.onKeys(step.keys);
    }
  }

  #takeEarly(): void {
    const early = this.#early;
    this.#early = [];
    for (const record of early) this.#takeRecord(record, "");
  }

  #takeAlert(epoch: number, content: Buffer): void {
    const [level, code] = content;
    if (content.length !== 2 || level === undefined || code === undefined) return this.#owner.onDropped("malformed");
    // Before its keys nobody knows whose it is, and after them it comes with them.
    const isMeant = this.#stage.type === "handshake" || (this.#stage.type === "established" && epoch === 1);
    if (!isMeant) return this.#owner.onDropped("unexpected");
    if (level !== alertLevel.fatal && code !== alertCode.closeNotify) return;
    const wasEstablished = this.#stage.type === "established";
    if (code === alertCode.closeNotify) this.close();
    else this.#end();
    if (wasEstablished) this.#owner.onClosed();
    else this.#owner.onFailed({ cause: "far-end-alert", why: `the client gave up with alert ${code}` });
  }

  #refuse({ alert, cause, why }: Refusal): void {
    this.#sendAlert(alertLevel.fatal, alert);
    this.#end();
    this.#owner.onFailed({ cause, why });
  }

  #runOut(): void {
    this.#end();
    this.#owner.onFailed({ cause: "timeout", why: "the handshake was not over in time" });
  }

  #sendAlert(level: number, code: number): void {
    const epoch = this.#stage.type === "established" ? 1 : 0;
    this.#owner.send(this.#layer.seal(contentType.alert, epoch, Uint8Array.of(level, code)));
  }

  #stepFlight(input: FlightInput): void {
    const { clock } = this.#setting;
    const [state, effects] = stepFlight(this.#flightState, input, clock.monotonicMs());
    this.#flightState = state;
    for (const effect of effects) {
      if (effect.type === "send") this.#sendFlight();
      else this.#flightTimer?.cancel();
      if (effect.type === "start-timer") {
        this.#flightTimer = clock.startTimer(effect.delayMs, () => this.#stepFlight({ type: "timer" }));
      }
    }
  }

  #sendFlight(): void {
    const seal = (type: number, epoch: 0 | 1, fragment: Uint8Array) => this.#layer.seal(type, epoch, fragment);
    for (const datagram of packFlight(this.#flight, this.#setting.mostDatagramBytes ?? 1200, seal)) {
      this.#owner.send(datagram);
    }
  }

  #end(): void {
    this.#stage = { type: "ended" };
    this.#flightTimer?.cancel();
    this.#lifetime.cancel();
    this.#early = [];
    this.#flight = [];
  }
}
