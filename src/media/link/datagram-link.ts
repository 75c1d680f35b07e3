import type { NegotiatedAudio } from "../../sdp/index.ts";
import type { PacketAddress, PacketDestination, PacketIo, PacketSocket } from "../io/packet-io.ts";
import { AgreedKeys } from "./agreed-keys.ts";
import { isRtcp } from "./demux.ts";
import { EarlyPackets } from "./early-packets.ts";
import { createFarEnd, type FarEnd } from "./far-end.ts";
import { readInt32 } from "../srtp/rtp-parts.ts";
import type { DirectWay, Link, LinkOwner } from "./link.ts";
import type { PacketBuffers } from "./packet-keys.ts";
import { openPortPair, type PortPair } from "./port-pair.ts";
import type { SourceRule } from "./source-machine.ts";

/** A link, or the system's error code (`EADDRINUSE` and so on) with its message. */
export type LinkOutcome =
  | { readonly type: "open"; readonly link: Link }
  | { readonly type: "failed"; readonly systemCode: string; readonly why: string };

/** What a link is opened with. */
export interface DatagramLinkSetting {
  readonly address: string;
  /** An even port, or 0 for any free pair. */
  readonly port: number;
  /** Of `port` and the next, which are bound already. */
  readonly descriptors?: readonly [number, number] | undefined;
  /** Whether an address is one of this machine's. */
  readonly isOwnAddress: (address: string) => boolean;
  /** For encrypted packets. */
  readonly buffers: PacketBuffers;
  readonly nowMs: () => number;
}

/** Opens a link on a pair of ports, whose packets are encrypted where keys are agreed. Never rejects. The last datagrams that come before anything is
 * agreed are taken with the first one after that. */
export async function openDatagramLink(
  io: PacketIo,
  { address, port, descriptors, isOwnAddress, buffers, nowMs }: DatagramLinkSetting,
  owner: LinkOwner,
): Promise<LinkOutcome> {
  const keys = new AgreedKeys(buffers);
  const holder: { farEnd?: FarEnd } = {};
  const early = new EarlyPackets(() => owner.dropped("not-started"));
  const isStranger = (packet: Uint8Array, source: PacketAddress, isReport: boolean) => {
    if (isReport) return holder.farEnd?.mayHearReport(source) === false;
    return holder.farEnd?.mayHear(source, readInt32(packet, 8), sequenceOf(packet), nowMs()) === false;
  };
  const take = (packet: Uint8Array, source: PacketAddress) => {
    const isReport = isRtcp(packet);
    // Whose it is says what is readable of it: a stranger's costs no cipher, and is told to the owner as it came, who does not hear it.
    const isAsItIs = keys.current === undefined || isStranger(packet, source, isReport);
    const opened = isAsItIs ? packet : (keys.current?.open(packet, isReport) ?? packet);
    if (typeof opened === "string") owner.dropped(opened === "too-long" ? "srtp-malformed" : `srtp-${opened}`);
    else if (isReport) owner.receiveRtcp(opened, source);
    else owner.receiveRtp(opened, source);
  };
  const receive = (packet: Uint8Array, source: PacketAddress) => {
    if (holder.farEnd?.isAgreed !== true) {
      early.keep(packet, source);
      return;
    }
    // By then whoever listens to the session has been added to it.
    if (early.count > 0) early.giveTo(take);
    take(packet, source);
  };
  const open = (at: number) => {
    const descriptor = descriptors?.[at - port];
    return io.open(address, at, receive, descriptor === undefined ? {} : { descriptor });
  };
  const outcome = await openPortPair({ open, close: (socket: PacketSocket) => socket.close() }, port);
  if (outcome.type === "failed") return outcome;
  const openRtcp = () => io.open(address, outcome.ports.rtcp.port, receive);
  const { rtp, rtcp } = outcome.ports;
  holder.farEnd = createFarEnd({ ports: [rtp.port, rtcp.port], isOwnAddress });
  return { type: "open", link: new DatagramLink(outcome.ports, holder.farEnd, openRtcp, { keys, early }) };
}

class DatagramLink implements Link, DirectWay {
  readonly port: number;
  destination: PacketDestination | undefined;
  readonly #rtp: PacketSocket;
  /** Open while reports have a port of their own. */
  #rtcp: PacketSocket | undefined;
  #isPair = true;
  /** Of the latter port; in the order of the agreements. */
  #changed: Promise<void> = Promise.resolve();
  readonly #openRtcp: () => Promise<PacketSocket>;
  readonly #farEnd: FarEnd;
  /** What `destination` was made of. */
  #aimed: PacketAddress | undefined;
  readonly #keys: AgreedKeys;
  readonly #early: EarlyPackets;

  constructor(
    { rtp, rtcp }: PortPair<PacketSocket>,
    farEnd: FarEnd,
    openRtcp: () => Promise<PacketSocket>,
    { keys, early }: { readonly keys: AgreedKeys; readonly early: EarlyPackets },
  ) {
    this.#keys = keys;
    this.#early = early;
    this.#openRtcp = openRtcp;
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.port = rtp.port;
    this.#farEnd = farEnd;
  }

  configure(audio: NegotiatedAudio, signalledFrom: string | undefined, nowMs: number, rule?: SourceRule): void {
    this.#keys.configure(audio.security);
    this.#farEnd.configure(audio, signalledFrom, nowMs, rule);
    this.#aim();
    this.#setPair(audio.isMultiplexed !== true);
  }

  hears(source: PacketAddress, ssrc: number, sequence: number, nowMs: number): boolean {
    if (!this.#farEnd.hears(source, ssrc, sequence, nowMs)) return false;
    if (this.#farEnd.rtpDestination() !== this.#aimed) this.#aim();
    return true;
  }

  hearsReport(source: PacketAddress, ssrc: number): boolean {
    return this.#farEnd.hearsReport(source, ssrc);
  }

  get direct(): DirectWay {
    return this;
  }

  get socket(): PacketSocket {
    return this.#rtp;
  }

  plainSource(): PacketAddress | undefined {
    return this.#keys.current === undefined ? this.#farEnd.certainSource : undefined;
  }

  plainDestination(): PacketDestination | undefined {
    return this.#keys.current === undefined ? this.destination : undefined;
  }

  passed(sequence: number, nowMs: number): void {
    this.#farEnd.passed(sequence, nowMs);
  }

  get signalled(): PacketAddress | undefined {
    return this.#farEnd.signalled();
  }

  send(packet: Uint8Array): void {
    if (this.destination === undefined) return;
    const made = this.#protect(packet, false);
    if (made !== undefined) this.#rtp.send(made, this.destination);
  }

  sendReport(packet: Uint8Array): void {
    const to = this.#farEnd.rtcpDestination();
    const made = to === undefined ? undefined : this.#protect(packet, true);
    if (to === undefined || made === undefined) return;
    // A far end with one port for both gets both from one port. RFC 5761 §5.1.1
    const socket = isSame(to, this.destination) ? this.#rtp : (this.#rtcp ?? this.#rtp);
    socket.send(made, socket.prepare(to.address, to.port));
  }

  #protect(packet: Uint8Array, isReport: boolean): Uint8Array | undefined {
    const keys = this.#keys.current;
    return keys === undefined ? packet : keys.protect(packet, isReport);
  }

  async close(): Promise<void> {
    this.#early.drop();
    this.#setPair(false);
    await Promise.all([this.#rtp.close(), this.#changed]);
  }

  /** Closes the port of RTCP where one port is for both, and opens it again when it is needed after all. RFC 5761 §5.1.1 */
  #setPair(isPair: boolean): void {
    if (isPair === this.#isPair) return;
    this.#isPair = isPair;
    this.#changed = this.#changed.then(async () => {
      const before = this.#rtcp;
      this.#rtcp = undefined;
      await before?.close();
      // Somebody else may have taken it: reports then leave by the port of RTP.
      if (isPair) this.#rtcp = await this.#openRtcp().catch(() => undefined);
    });
  }

  /** Sends to where the far end's packets come from. RFC 4961 */
  #aim(): void {
    const to = this.#farEnd.rtpDestination();
    this.#aimed = to;
    if (isSame(to, this.destination)) return;
    this.destination = to === undefined ? undefined : this.#rtp.prepare(to.address, to.port);
  }
}

function sequenceOf(packet: Uint8Array): number {
  return ((packet[2] ?? 0) << 8) | (packet[3] ?? 0);
}

function isSame(one: PacketAddress | undefined, other: PacketAddress | undefined): boolean {
  return one?.port === other?.port && one?.address === other?.address;
}
