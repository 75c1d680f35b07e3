import { isG711 } from "../codec/g711.ts";
import { METERED_EACH, type SoundMeter } from "../stream/quality/sound-meter.ts";
import { SAMPLES_PER_MS } from "../pcm.ts";
import { readInt32, readUint16, RTP_HEADER_BYTES, stampHeader, writeUint32 } from "../stream/packet.ts";
import type { Clock } from "../../kernel/index.ts";
import type { HeardPacket } from "../stream/heard-packet.ts";
import type { Jitter } from "../stream/jitter.ts";
import type { FirstTaker, PacketAddress, PacketDestination, PacketSocket } from "../io/packet-io.ts";
import type { Relay } from "../node/relay/relay.ts";
import type { RtpStream } from "../stream/stream.ts";

/** One direction of a bridge, past all that lies between its two sockets: while nothing follows the audio and each packet comes as the one before lets
 * expect (next number, next timestamp, same source, no marker), it gets its new numbers here and leaves. The usual way of a packet leads by some forty
 * objects, of which most are far from the processor when a thousand other legs were served since; this one by a few. What it took is accounted for
 * when it is closed: whoever wants to know or change something of one of the sessions closes it before. The next packet then goes the usual way, and opens it
 * again where it may. */
export interface Shortcut {
  /** Opens it, if what follows a packet that has just been passed on in the usual way may take it. */
  open(heard: HeardPacket): void;
  /** Both sessions and the relay are as if all packets had gone the usual way. */
  close(): void;
  /** Closes it if packets are to leave for another place than before. */
  aim(): void;
  /** Whether a packet time of the session that it leads to has passed with that: there is nothing to say, to report or to look at. */
  covers(missedTicks: number, nowMs: number): boolean;
  /** Closes it for good. */
  end(): void;
}

/** What a shortcut needs of a session that is bridged. */
export interface ShortcutEnd {
  readonly stream: RtpStream;
  /** Only its bridge follows what its far end says and hears, and no key is pressed or listened for. */
  isPlain(): boolean;
}

/** So many packet times without a packet, and the usual way says what is to be said in its place. */
const MOST_QUIET_TIMES = 2;
/** Version 2; neither padding nor extension nor contributing sources. RFC 3550 §5.1 */
const PLAIN_HEADER = 0x80;

/** Makes the shortcut of what `relay` passes on from one session to another. */
export function createShortcut(from: ShortcutEnd, to: ShortcutEnd, relay: Relay, clock: Clock): Shortcut {
  return new BridgeShortcut(from, to, relay, clock);
}

class BridgeShortcut implements Shortcut, FirstTaker {
  /** What a packet has to be; undefined: it is closed. */
  #source: PacketAddress | undefined;
  #bytes = 0;
  #payloadType = 0;
  #sequence = 0;
  #timestampTicks = 0;
  #ssrc = 0;
  /** What it becomes. */
  #payloadTypeOut = 0;
  #sequenceOffset = 0;
  #timestampOffset = 0;
  #ssrcOut = 0;
  #socket: PacketSocket | undefined;
  #destination: PacketDestination | undefined;
  #frameTicks = 0;
  /** What has passed since it was opened. */
  #packets = 0;
  #packetTimes = 0;
  /** Packet times since the latest packet, and when that came. */
  #quietTimes = 0;
  #arrivalTicks = 0;
  #jitter: Jitter | undefined;
  /** Packets until one is to be looked at. */
  #untilMeteredIn = 0;
  #untilMeteredOut = 0;
  #nextLookMs = 0;
  readonly #clock: Clock;
  #meterIn: SoundMeter | undefined;
  #meterOut: SoundMeter | undefined;
  #table: Int16Array | undefined;
  readonly #from: ShortcutEnd;
  readonly #to: ShortcutEnd;
  readonly #relay: Relay;
  readonly #entrance: PacketSocket | undefined;

  constructor(from: ShortcutEnd, to: ShortcutEnd, relay: Relay, clock: Clock) {
    this.#from = from;
    this.#to = to;
    this.#relay = relay;
    this.#clock = clock;
    this.#entrance = from.stream.direct?.socket;
    if (this.#entrance !== undefined) this.#entrance.first = this;
  }

  takes(packet: Uint8Array, source: PacketAddress): boolean {
    if (source !== this.#source || packet.length !== this.#bytes) return false;
    if (packet[0] !== PLAIN_HEADER || packet[1] !== this.#payloadType) return false;
    const [sequence, ticks, ssrc] = [this.#sequence, this.#timestampTicks, this.#ssrc];
    if (readUint16(packet, 2) !== sequence || readInt32(packet, 4) !== ticks || readInt32(packet, 8) !== ssrc)
      return false;
    this.#sequence = (sequence + 1) & 0xffff;
    this.#timestampTicks = (ticks + this.#frameTicks) | 0;
    this.#quietTimes = 0;
    this.#packets++;
    const nowMs = this.#clock.monotonicMs();
    this.#arrivalTicks = ticksOf(nowMs);
    this.#jitter?.measure((this.#arrivalTicks - ticks) | 0);
    if (--this.#untilMeteredIn === 0) this.#untilMeteredIn = this.#meter(this.#meterIn, packet, nowMs);
    if (--this.#untilMeteredOut === 0) this.#untilMeteredOut = this.#meter(this.#meterOut, packet, nowMs);
    const sequenceOut = (sequence + this.#sequenceOffset) & 0xffff;
    stampHeader(packet, false, this.#payloadTypeOut, sequenceOut, ticks + this.#timestampOffset);
    writeUint32(packet, 8, this.#ssrcOut);
    if (this.#destination !== undefined) this.#socket?.send(packet, this.#destination);
    return true;
  }

  covers(missedTicks: number, nowMs: number): boolean {
    if (this.#source === undefined || missedTicks > 0) return false;
    if (this.#quietTimes >= MOST_QUIET_TIMES || nowMs >= this.#nextLookMs) return false;
    this.#quietTimes++;
    this.#packetTimes++;
    return true;
  }

  open(heard: HeardPacket): void {
    const { kind, sequence, timestampTicks, ssrc } = heard;
    const isExpected = sequence === this.#sequence && timestampTicks === this.#timestampTicks && ssrc === this.#ssrc;
    const { sender } = this.#to.stream;
    this.#frameTicks = sender.frameTicks;
    this.#sequence = (sequence + 1) & 0xffff;
    this.#timestampTicks = (timestampTicks + this.#frameTicks) | 0;
    this.#ssrc = ssrc;
    // Where packets come in another way, each would open it in vain.
    if (!isExpected || typeof kind === "string" || !isG711(kind)) return;
    if (!this.#from.isPlain() || !this.#to.isPlain() || !this.#from.stream.mayGoPast(heard)) return;
    const passedTicks = this.#relay.passedAsIs(heard);
    if (passedTicks === undefined) return;
    this.#socket = this.#to.stream.direct?.socket;
    this.#destination = this.#to.stream.direct?.plainDestination();
    if (this.#socket === undefined || this.#destination === undefined) return;
    this.#bytes = RTP_HEADER_BYTES + heard.end - heard.start;
    this.#payloadType = (heard.bytes[1] ?? 0) & 0x7f;
    this.#payloadTypeOut = sender.payloadType;
    this.#sequenceOffset = sender.sequence - this.#sequence;
    this.#timestampOffset = (passedTicks - timestampTicks) | 0;
    this.#ssrcOut = sender.ssrc | 0;
    this.#packets = this.#packetTimes = this.#quietTimes = 0;
    this.#jitter = this.#from.stream.jitter;
    this.#meterIn = this.#from.stream.meters.incoming;
    this.#meterOut = this.#to.stream.meters.outgoing;
    this.#untilMeteredIn = this.#meterIn.packetsUntilDue;
    this.#untilMeteredOut = this.#meterOut.packetsUntilDue;
    this.#table = kind.decodeTable;
    // A whole number lies in the object.
    this.#nextLookMs = Math.floor(this.#to.stream.nextLookMs);
    this.#source = this.#from.stream.direct?.plainSource();
  }

  close(): void {
    if (this.#source === undefined) return;
    this.#source = undefined;
    const packets = this.#packets;
    if (packets > 0) {
      const nowMs = this.#clock.monotonicMs();
      const atMs = nowMs - ((ticksOf(nowMs) - this.#arrivalTicks) | 0) / SAMPLES_PER_MS;
      this.#from.stream.cameIn(packets, packets * this.#bytes, (this.#sequence - 1) & 0xffff, atMs);
      this.#to.stream.wentOut(packets);
    }
    this.#relay.passed(packets, this.#quietTimes);
    const lastTicks = (this.#timestampTicks - this.#frameTicks + this.#timestampOffset) | 0;
    this.#to.stream.sender.passed(packets, lastTicks, this.#packetTimes);
  }

  aim(): void {
    if (this.#source !== undefined && this.#to.stream.direct?.plainDestination() !== this.#destination) this.close();
  }

  end(): void {
    this.close();
    if (this.#entrance !== undefined) this.#entrance.first = undefined;
  }

  /** @returns the packets until the next one is due */
  #meter(meter: SoundMeter | undefined, packet: Uint8Array, nowMs: number): number {
    meter?.packet(packet, RTP_HEADER_BYTES, packet.length, this.#table, nowMs);
    return METERED_EACH;
  }
}

/** As it wraps. */
function ticksOf(nowMs: number): number {
  return Math.round(nowMs * SAMPLES_PER_MS) | 0;
}
