import type { NegotiatedAudio } from "../../sdp/index.ts";
import { errorCode, errorMessage } from "../../kernel/index.ts";
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
  setting: DatagramLinkSetting,
  owner: LinkOwner,
): Promise<LinkOutcome> {
  const wayIn = new WayIn(setting, owner);
  const open = (port: number) => io.open(setting.address, port, wayIn.receive);
  const outcome = await openPortPair({ open, close: (socket: PacketSocket) => socket.close() }, setting.port);
  return outcome.type === "failed" ? outcome : { type: "open", link: new DatagramLink(io, wayIn, outcome.ports) };
}

/** The same at once, on sockets that are bound to the port and the next already. They are closed where it fails. */
export function adoptDatagramLink(
  io: Required<PacketIo>,
  setting: DatagramLinkSetting,
  descriptors: readonly [number, number],
  owner: LinkOwner,
): LinkOutcome {
  const wayIn = new WayIn(setting, owner);
  const { address, port } = setting;
  const [one, other] = descriptors;
  const bound = [
    { descriptor: one, port },
    { descriptor: other, port: port + 1 },
  ] as const;
  try {
    const [rtp, rtcp] = io.adopt(address, bound, wayIn.receive);
    return { type: "open", link: new DatagramLink(io, wayIn, { rtp, rtcp }) };
  } catch (error) {
    return { type: "failed", systemCode: errorCode(error) ?? "", why: errorMessage(error) };
  }
}

/** What comes in at the sockets of a link. */
class WayIn {
  readonly setting: DatagramLinkSetting;
  readonly keys: AgreedKeys;
  /** Made once the ports are known. */
  farEnd: FarEnd | undefined;
  readonly #owner: LinkOwner;
  /** Made with the first packet that comes too early. */
  #early: EarlyPackets | undefined;

  constructor(setting: DatagramLinkSetting, owner: LinkOwner) {
    this.setting = setting;
    this.keys = new AgreedKeys(setting.buffers);
    this.#owner = owner;
  }

  readonly receive = (packet: Uint8Array, source: PacketAddress): void => {
    if (this.farEnd?.isAgreed !== true) {
      this.#early ??= new EarlyPackets(() => this.#owner.dropped("not-started"));
      this.#early.keep(packet, source);
      return;
    }
    // By then whoever listens to the session has been added to it.
    if (this.#early !== undefined) this.#takeEarly(this.#early);
    this.#take(packet, source);
  };

  /** Nothing will be agreed. */
  dropEarly(): void {
    this.#early?.drop();
  }

  #takeEarly(early: EarlyPackets): void {
    this.#early = undefined;
    early.giveTo((packet, source) => this.#take(packet, source));
  }

  #take(packet: Uint8Array, source: PacketAddress): void {
    const owner = this.#owner;
    const keys = this.keys.current;
    const isReport = isRtcp(packet);
    // Whose it is says what is readable of it: a stranger's costs no cipher, and is told to the owner as it came, who does not hear it.
    const isAsItIs = keys === undefined || this.#isStranger(packet, source, isReport);
    const opened = isAsItIs ? packet : keys.open(packet, isReport);
    if (typeof opened === "string") owner.dropped(opened === "too-long" ? "srtp-malformed" : `srtp-${opened}`);
    else if (isReport) owner.receiveRtcp(opened, source);
    else owner.receiveRtp(opened, source);
  }

  #isStranger(packet: Uint8Array, source: PacketAddress, isReport: boolean): boolean {
    if (isReport) return this.farEnd?.mayHearReport(source) === false;
    const nowMs = this.setting.nowMs();
    return this.farEnd?.mayHear(source, readInt32(packet, 8), sequenceOf(packet), nowMs) === false;
  }
}

class DatagramLink implements Link, DirectWay {
  readonly port: number;
  destination: PacketDestination | undefined;
  readonly #io: PacketIo;
  readonly #wayIn: WayIn;
  readonly #keys: AgreedKeys;
  readonly #rtp: PacketSocket;
  readonly #rtcpPort: number;
  /** Open while reports have a port of their own. */
  #rtcp: PacketSocket | undefined;
  #isPair = true;
  /** Of the latter port, in the order of the agreements; undefined: nothing is awaited. */
  #changed: Promise<void> | undefined;
  readonly #farEnd: FarEnd;
  /** What `destination` was made of. */
  #aimed: PacketAddress | undefined;

  constructor(io: PacketIo, wayIn: WayIn, { rtp, rtcp }: PortPair<PacketSocket>) {
    this.#io = io;
    this.#wayIn = wayIn;
    this.#keys = wayIn.keys;
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.#rtcpPort = rtcp.port;
    this.port = rtp.port;
    const { isOwnAddress } = wayIn.setting;
    this.#farEnd = wayIn.farEnd = createFarEnd({ ports: [rtp.port, rtcp.port], isOwnAddress });
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

  close(): Promise<void> | undefined {
    this.#wayIn.dropEarly();
    if (this.#changed !== undefined) this.#setPair(false);
    const others = this.#changed ?? this.#rtcp?.close();
    const closing = this.#rtp.close();
    return closing === undefined ? others : closing.then(() => others);
  }

  /** Closes the port of RTCP where one port is for both, and opens it again when it is needed after all. RFC 5761 §5.1.1 */
  #setPair(isPair: boolean): void {
    if (isPair === this.#isPair) return;
    this.#isPair = isPair;
    this.#changed = this.#changePair(isPair, this.#changed);
  }

  async #changePair(isPair: boolean, before: Promise<void> | undefined): Promise<void> {
    await before;
    const closing = this.#rtcp;
    this.#rtcp = undefined;
    await closing?.close();
    if (!isPair) return;
    // Somebody else may have taken it: reports then leave by the port of RTP.
    const { address } = this.#wayIn.setting;
    this.#rtcp = await this.#io.open(address, this.#rtcpPort, this.#wayIn.receive).catch(() => undefined);
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
