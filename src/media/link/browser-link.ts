import { createDtlsServer, type DtlsServer } from "../dtls/dtls-server.ts";
import { createIceAgent, type IceAgent, type IceEvent, type IceNames } from "../ice/ice-agent.ts";
import { isRtcp } from "./demux.ts";
import { PacketKeys, type PacketBuffers } from "./packet-keys.ts";
import type { PortDropCause } from "./browser-drops.ts";
import type { Clock } from "../../kernel/index.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import type { DtlsCertificate } from "../dtls/certificate.ts";
import type { HandshakeQueue } from "../dtls/handshake-queue.ts";
import type { StunMessage } from "../ice/stun-message.ts";
import type { PacketAddress, PacketDestination, PacketSocket } from "../io/packet-io.ts";
import type { Link, LinkOwner } from "./link.ts";

/** What a session with a browser is opened with. */
export interface BrowserLinkSetting extends IceNames {
  /** Of the browser's certificate, such as `sha-256 4A:AD:…`; undefined: it has not answered yet. */
  readonly remoteFingerprint: string | undefined;
}

/** Who has a link to a browser. */
export interface BrowserLinkOwner extends LinkOwner {
  /** Keys are agreed: packets pass both ways from now on. Once. */
  onConnected(): void;
  /** There is no way to the browser any more, and there will be none. Once. */
  onLost(why: string): void;
}

/** What a link takes of the port that it shares with others. */
export interface PortOfLink extends PacketBuffers {
  readonly clock: Clock;
  readonly socket: PacketSocket;
  readonly certificate: DtlsCertificate;
  readonly handshakes: HandshakeQueue;
  dropped(cause: PortDropCause): void;
  /** Packets from there are for this link, or no more. */
  /** Checks that name this are for this link, or no more. */
  addName(link: BrowserLink, ufrag: string): void;
  removeName(ufrag: string): void;
  addPath(link: BrowserLink, path: PacketAddress): void;
  removePath(link: BrowserLink, path: PacketAddress): void;
  /** Whether a handshake with somebody there may begin. */
  beginHandshake(link: BrowserLink, source: PacketAddress): boolean;
  endHandshake(link: BrowserLink): void;
  /** Many handshakes are under way. */
  readonly isCrowded: boolean;
  /** The link is over. */
  forget(link: BrowserLink): void;
}

/** The way to one browser: found by ICE, its keys by DTLS, its packets by SRTP. What its owner sees of it is RTP in the clear. */
export class BrowserLink implements Link {
  readonly port: number;
  #fingerprint: string | undefined;
  readonly #owner: BrowserLinkOwner;
  readonly #port: PortOfLink;
  readonly #agent: IceAgent;
  #dtls: DtlsServer | undefined;
  /** Where the browser's last DTLS came from. */
  #dtlsSource: PacketDestination | undefined;
  #keys: PacketKeys | undefined;
  #selected: PacketDestination | undefined;
  #isConfirmed = false;
  /** When a packet of the browser was opened last. */
  #openedMs = -Infinity;
  #isOver = false;

  constructor(setting: BrowserLinkSetting, owner: BrowserLinkOwner, port: PortOfLink) {
    this.port = port.socket.port;
    this.#fingerprint = setting.remoteFingerprint;
    this.#owner = owner;
    this.#port = port;
    this.#agent = createIceAgent(setting, port.clock.monotonicMs());
  }

  /** Where packets go is found by checks, and who may send them is known by keys: those of the browser that the first description named. */
  configure({ browser }: NegotiatedAudio): void {
    if (browser === undefined || this.#isOver) return;
    const nowMs = this.#port.clock.monotonicMs();
    if (this.#fingerprint === undefined) {
      this.#fingerprint = browser.fingerprint;
      this.#agent.know(browser.iceUfrag, nowMs);
    }
    const { near, iceUfrag: remoteUfrag } = browser;
    if (near === undefined || this.#agent.ufrags.includes(near.iceUfrag)) return;
    // The keys stay: ICE finds another way for the same handshake. RFC 8842 §5.1
    this.#port.addName(this, near.iceUfrag);
    this.#take(this.#agent.restart({ ufrag: near.iceUfrag, password: near.icePassword, remoteUfrag }, nowMs));
  }

  /** Names by which checks may call it. */
  get ufrags(): readonly string[] {
    return this.#agent.ufrags;
  }

  hears(): boolean {
    return true;
  }

  hearsReport(): boolean {
    return true;
  }

  get signalled(): PacketAddress | undefined {
    return this.#selected;
  }

  /** Nowhere before there are keys. */
  get destination(): PacketDestination | undefined {
    return this.#keys === undefined ? undefined : this.#selected;
  }

  send(packet: Uint8Array): void {
    this.#send(packet, false);
  }

  sendReport(packet: Uint8Array): void {
    this.#send(packet, true);
  }

  #send(packet: Uint8Array, isReport: boolean): void {
    const to = this.destination;
    const made = to === undefined ? undefined : this.#keys?.protect(packet, isReport);
    if (to !== undefined && made !== undefined) this.#port.socket.send(made, to);
  }

  async close(): Promise<void> {
    if (this.#isOver) return;
    this.#end();
  }

  /** A check that names this link. */
  receiveCheck(message: StunMessage, source: PacketAddress): void {
    const { clock, socket } = this.#port;
    const outcome = this.#agent.receive(message, source, clock.monotonicMs());
    if (outcome.type === "refused") return this.#port.dropped(outcome.cause);
    socket.send(outcome.answer, socket.prepare(source.address, source.port));
    this.#take(outcome.events);
  }

  /** DTLS from one of its paths. */
  receiveDtls(packet: Uint8Array, source: PacketAddress): void {
    // Its client sends it again, soon enough.
    if (this.#fingerprint === undefined) return this.#port.dropped("dtls-unused");
    if (this.#dtls === undefined && !this.#port.beginHandshake(this, source)) return this.#port.dropped("dtls-limit");
    this.#dtls ??= this.#createDtls(this.#fingerprint);
    if (source.port !== this.#dtlsSource?.port || source.address !== this.#dtlsSource.address) {
      this.#dtlsSource = this.#port.socket.prepare(source.address, source.port);
    }
    const isKept = this.#port.handshakes.push(this.#dtls, packet, `${source.address} ${source.port}`);
    if (!isKept) this.#port.dropped("dtls-limit");
  }

  /** RTP or RTCP from one of its paths. */
  receiveMedia(packet: Uint8Array, source: PacketAddress): void {
    if (this.#keys === undefined) return this.#owner.dropped("srtp-no-keys");
    const isReport = isRtcp(packet);
    const opened = this.#keys.open(packet, isReport);
    if (opened === "too-long") return this.#port.dropped(opened);
    if (typeof opened === "string") return this.#owner.dropped(`srtp-${opened}`);
    this.#openedMs = this.#port.clock.monotonicMs();
    if (!this.#isConfirmed) this.#confirm();
    if (isReport) this.#owner.receiveRtcp(opened, source);
    else this.#owner.receiveRtp(opened, source);
  }

  /** Whether packets that its keys open have come so lately. */
  hasOpened(withinMs: number): boolean {
    return this.#port.clock.monotonicMs() - this.#openedMs < withinMs;
  }

  /** Looks whether the browser still consents. */
  expire(nowMs: number): void {
    this.#take(this.#agent.expire(nowMs));
  }

  #take(events: readonly IceEvent[]): void {
    for (const event of events) {
      if (event.type === "path-heard") this.#port.addPath(this, event.path);
      else if (event.type === "path-removed") this.#port.removePath(this, event.path);
      else if (event.type === "name-removed") this.#port.removeName(event.ufrag);
      else if (event.type === "selected") {
        this.#selected = this.#port.socket.prepare(event.path.address, event.path.port);
      } else this.#lose("no connectivity check has come from the browser for 30 s");
    }
  }

  #createDtls(expectedFingerprint: string): DtlsServer {
    const { clock, certificate } = this.#port;
    const setting = {
      ...{ clock, certificate, expectedFingerprint },
      needsCookie: () => this.#port.isCrowded,
    };
    return createDtlsServer(setting, {
      send: (datagram) => {
        if (this.#dtlsSource !== undefined) this.#port.socket.send(datagram, this.#dtlsSource);
      },
      onKeys: ({ client, server }) => {
        this.#port.endHandshake(this);
        this.#keys = new PacketKeys(this.#port, server, client);
        this.#owner.onConnected();
      },
      onFailed: ({ cause, why }) => this.#lose(`the DTLS handshake failed (${cause}): ${why}`),
      onClosed: () => this.#lose("the browser closed the connection"),
      onDropped: () => this.#port.dropped("dtls-unused"),
    });
  }

  /** The browser uses its keys, so that our part of the handshake is over. */
  #confirm(): void {
    this.#isConfirmed = true;
    this.#dtls?.confirm();
  }

  #lose(why: string): void {
    if (this.#isOver) return;
    this.#end();
    this.#owner.onLost(why);
  }

  /** Nothing is sent or let through from here on. */
  #end(): void {
    this.#isOver = true;
    if (this.#dtls !== undefined) {
      this.#dtls.close();
      this.#port.handshakes.forget(this.#dtls);
    }
    this.#port.endHandshake(this);
    for (const path of this.#agent.paths) this.#port.removePath(this, path);
    this.#port.forget(this);
    this.#keys = this.#selected = undefined;
  }
}
