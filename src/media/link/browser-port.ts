import { SourceQuota, type Clock, type Timer } from "../../kernel/index.ts";
import { createHandshakeQueue, type HandshakeQueue } from "../dtls/handshake-queue.ts";
import { readStun } from "../ice/stun-message.ts";
import { BrowserLink, type BrowserLinkOwner, type BrowserLinkSetting, type PortOfLink } from "./browser-link.ts";
import { protocolOf } from "./demux.ts";
import { PacketBuffer } from "./packet-buffer.ts";
import type { DtlsCertificate } from "../dtls/certificate.ts";
import type { PacketAddress, PacketIo, PacketSocket } from "../io/packet-io.ts";
import type { PortDropCause } from "./browser-drops.ts";

/** What a port for browsers is opened with. */
export interface BrowserPortSetting {
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
  readonly clock: Clock;
  /** Time as it passes while something is worked on; that of a thread's clock may stand still then. */
  readonly workMs: () => number;
  /** What our end of all handshakes proves itself with. */
  readonly certificate: DtlsCertificate;
  /** A datagram was not used. */
  readonly dropped: (cause: PortDropCause) => void;
  /** Something went wrong that must not: an error of ours. */
  readonly fault: (error: unknown) => void;
}

/** One UDP port that the links of many browsers share, for as long as its thread lives: the answers that browsers have name it. */
export interface BrowserPort {
  readonly port: number;
  /** Opens a link that waits for its browser. Its `ufrag` is that of no other. */
  open(setting: BrowserLinkSetting, owner: BrowserLinkOwner): BrowserLink;
}

/** Binds the port. Rejects as `PacketIo.open`. */
export async function openBrowserPort(io: PacketIo, setting: BrowserPortSetting): Promise<BrowserPort> {
  const holder: { port?: SharedPort } = {};
  const receive = (packet: Uint8Array, source: PacketAddress) => holder.port?.receive(packet, source);
  const socket = await io.open(setting.address, setting.port, receive, { isShared: true });
  return (holder.port = new SharedPort(socket, setting));
}

/** How often it is looked whether browsers still consent, milliseconds. */
const LOOK_EVERY_MS = 1_000;
/** Handshakes under way: those of an office behind one address, and what a worker can do beside its audio. */
const MOST_HANDSHAKES = { perSource: 30, inAll: 100 } as const;
/** From so many on, browsers have to show first that they are where their packets come from. */
const CROWD = 20;

/** A source stays with its browser for so long after its latest packet, whoever else sends checks from there. */
const KEPT_MS = 3_000;

/** A datagram is told by its first byte; STUN goes to the link whose user it names, everything else to the one that a check from the same source
 * belongs to. So whoever is no browser of an open session reaches nothing but these two look-ups. RFC 7983 §7, RFC 8445 §7.3 */
class SharedPort implements BrowserPort, PortOfLink {
  readonly socket: PacketSocket;
  readonly clock: Clock;
  readonly certificate: DtlsCertificate;
  readonly dropped: (cause: PortDropCause) => void;
  readonly incoming = new PacketBuffer();
  readonly outgoing = new PacketBuffer();
  readonly handshakes: HandshakeQueue;
  readonly #fault: (error: unknown) => void;
  readonly #links = new Map<string, BrowserLink>();
  /** By address, then by port: neither look-up makes a text. */
  readonly #bySource = new Map<string, Map<number, BrowserLink>>();
  readonly #underWay = new Set<BrowserLink>();
  readonly #handshakeQuota = new SourceQuota<BrowserLink>(MOST_HANDSHAKES);
  #look: Timer | undefined;

  constructor(socket: PacketSocket, { clock, workMs, certificate, dropped, fault }: BrowserPortSetting) {
    this.socket = socket;
    this.clock = guarded(clock, fault);
    this.handshakes = createHandshakeQueue(this.clock, workMs);
    this.certificate = certificate;
    this.dropped = dropped;
    this.#fault = fault;
  }

  get port(): number {
    return this.socket.port;
  }

  get isCrowded(): boolean {
    return this.#underWay.size >= CROWD;
  }

  open(setting: BrowserLinkSetting, owner: BrowserLinkOwner): BrowserLink {
    const link = new BrowserLink(setting, owner, this);
    this.addName(link, setting.ufrag);
    if (this.#look === undefined) this.#lookLater();
    return link;
  }

  receive(packet: Uint8Array, source: PacketAddress): void {
    try {
      this.#take(packet, source);
    } catch (error) {
      this.#fault(error);
    }
  }

  addName(link: BrowserLink, ufrag: string): void {
    this.#links.set(ufrag, link);
  }

  removeName(ufrag: string): void {
    this.#links.delete(ufrag);
  }

  addPath(link: BrowserLink, { address, port }: PacketAddress): void {
    const ports = this.#bySource.get(address) ?? new Map<number, BrowserLink>();
    const before = ports.get(port);
    // A port is used by one browser at a time. The source of a check can be forged, and that of packets that are opened cannot.
    if (before === link || (before !== undefined && before.hasOpened(KEPT_MS))) return;
    this.#bySource.set(address, ports);
    ports.set(port, link);
  }

  removePath(link: BrowserLink, { address, port }: PacketAddress): void {
    const ports = this.#bySource.get(address);
    if (ports?.get(port) !== link) return;
    ports.delete(port);
    if (ports.size === 0) this.#bySource.delete(address);
  }

  beginHandshake(link: BrowserLink, { address }: PacketAddress): boolean {
    if (!this.#handshakeQuota.hasRoom(address, 1)) return false;
    this.#underWay.add(link);
    this.#handshakeQuota.add(link, address, 1);
    return true;
  }

  endHandshake(link: BrowserLink): void {
    if (this.#underWay.delete(link)) this.#handshakeQuota.remove(link);
  }

  forget(link: BrowserLink): void {
    for (const ufrag of link.ufrags) this.#links.delete(ufrag);
    if (this.#links.size > 0) return;
    this.#look?.cancel();
    this.#look = undefined;
  }

  #take(packet: Uint8Array, source: PacketAddress): void {
    const protocol = protocolOf(packet);
    if (protocol === "stun") return this.#takeCheck(packet, source);
    if (protocol === "unknown") return this.dropped("unknown-protocol");
    const link = this.#bySource.get(source.address)?.get(source.port);
    if (link === undefined) this.dropped("unknown-source");
    else if (protocol === "media") link.receiveMedia(packet, source);
    else link.receiveDtls(packet, source);
  }

  #takeCheck(packet: Uint8Array, source: PacketAddress): void {
    const message = readStun(packet);
    if (message === undefined) return this.dropped("stun-malformed");
    const link = this.#links.get(message.username?.split(":", 1)[0] ?? "");
    if (link === undefined) this.dropped("stun-unknown-user");
    else link.receiveCheck(message, source);
  }

  #lookLater(): void {
    this.#look = this.clock.startTimer(LOOK_EVERY_MS, () => {
      this.#lookLater();
      const nowMs = this.clock.monotonicMs();
      for (const link of new Set(this.#links.values())) link.expire(nowMs);
    });
  }
}

/** What a timer throws ends no thread. */
function guarded(clock: Clock, fault: (error: unknown) => void): Clock {
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    startTimer: (delayMs, callback) =>
      clock.startTimer(delayMs, () => {
        try {
          callback();
        } catch (error) {
          fault(error);
        }
      }),
  };
}
