import { spreadOf, type Spread } from "../percentile.ts";

/** What the far ends heard since they were last asked. */
export interface Heard {
  readonly packets: number;
  /** Streams that brought at least one packet. */
  readonly streams: number;
  /** Gaps in sequence numbers. */
  readonly lost: number;
  /** Packet times that a sender left out, by timestamps that advance more than sequence numbers. */
  readonly skipped: number;
  /** Packets that a stream is short of, against the time that it was listened to; gaps and skips included. */
  readonly missing: number;
  /** Packets whose codes are all the same as far as one looks: silence. */
  readonly silent: number;
  /** Packets that carry the time when they were sent. */
  readonly stamped: number;
  /** Lateness of packets against the schedule of their stream, which the earliest until then sets, milliseconds: one that comes early makes none late
   * that came before it. */
  readonly late: Spread;
  /** From sending to arrival, of packets that carry the time when they were sent, milliseconds; undefined when none does. */
  readonly delay: Spread | undefined;
}

/** Bytes of an RTP header without contributing sources. RFC 3550 §5.1 */
export const RTP_HEADER_BYTES = 12;
/** 20 ms of G.711, and of G.722 by its clock in RTP. RFC 3551 §4.5.2 */
export const TICKS_PER_PACKET = 160;
const PACKET_MS = 20;
const longestDelayMs = 60_000;
/** Packets; grows as needed. */
const firstRoom = 65_536;

interface Stream {
  readonly ssrc: number;
  readonly firstAtMs: number;
  sequence: number;
  /** Extended, in ticks. */
  timestamp: number;
  /** When timestamp 0 was due, by the earliest packet since the last look. */
  originMs: number;
  /** Place among the streams since the last look; -1: nothing came since. */
  place: number;
}

/** Listens to RTP streams, told apart by the port they come from and their SSRC, and measures them. */
export interface Listener {
  /** @param isStamped whether packets carry the time when they were sent, as `writeStamp` puts it */
  hear(fromPort: number, atMs: number, packet: Buffer, isStamped: boolean): void;
  /** When the first packet of the stream now coming from `port` came; undefined: none did since `forget`. */
  firstAtMs(port: number): number | undefined;
  forget(port: number): void;
  /** Forgets what was heard since the last look, and takes no time for it. @param nowMs by the clock of `hear` */
  skip(nowMs: number): void;
  /** What was heard since the last look. */
  take(nowMs: number): Heard;
}

/** Makes a listener that heard nothing yet. */
export function createListener(nowMs: number): Listener {
  return new StreamListener(nowMs);
}

/** Puts the time of sending into a packet, behind its header: a relay that keeps the payload brings it to the other side. */
export function writeStamp(packet: Buffer, atMs: number): void {
  packet.writeDoubleLE(atMs, RTP_HEADER_BYTES);
}

/** RTCP has packet types 192 to 223 where RTP has marker and payload type. RFC 5761 §4 */
export function isRtp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return packet.length > RTP_HEADER_BYTES && (type < 192 || type > 223);
}

class StreamListener implements Listener {
  readonly #streams = new Map<number, Stream>();
  #sinceMs: number;
  #lost = 0;
  #skipped = 0;
  #packets = 0;
  #silent = 0;
  /** Per packet: how late it is, and how long it was on its way or NaN. */
  #lateness = new Float64Array(firstRoom);
  #delays = new Float64Array(firstRoom);
  /** Per stream since the last look: packets, and when the first came. */
  #counts: number[] = [];
  #starts: number[] = [];

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  hear(fromPort: number, atMs: number, packet: Buffer, isStamped: boolean): void {
    const sequence = packet.readUInt16BE(2);
    const timestamp = packet.readUInt32BE(4);
    const ssrc = packet.readUInt32BE(8);
    let stream = this.#streams.get(fromPort);
    if (stream === undefined || stream.ssrc !== ssrc) {
      stream = { ssrc, firstAtMs: atMs, sequence, timestamp, originMs: 0, place: -1 };
      this.#streams.set(fromPort, stream);
    } else {
      this.#advance(stream, sequence, timestamp);
    }
    if (stream.place < 0) {
      stream.place = this.#counts.push(0) - 1;
      stream.originMs = Infinity;
      this.#starts.push(stream.firstAtMs);
    }
    this.#counts[stream.place] = (this.#counts[stream.place] ?? 0) + 1;
    if (isSilent(packet)) this.#silent++;
    const delayMs = isStamped ? atMs - packet.readDoubleLE(RTP_HEADER_BYTES) : Number.NaN;
    const originMs = atMs - extended(stream.timestamp, timestamp) / 8;
    stream.originMs = Math.min(stream.originMs, originMs);
    this.#keep(originMs - stream.originMs, delayMs);
  }

  firstAtMs(port: number): number | undefined {
    return this.#streams.get(port)?.firstAtMs;
  }

  forget(port: number): void {
    this.#streams.delete(port);
  }

  take(nowMs: number): Heard {
    const heard = this.#measure(nowMs);
    this.skip(nowMs);
    return heard;
  }

  skip(nowMs: number): void {
    for (const stream of this.#streams.values()) stream.place = -1;
    this.#sinceMs = nowMs;
    this.#lost = this.#skipped = this.#packets = this.#silent = 0;
    this.#counts = [];
    this.#starts = [];
  }

  #advance(stream: Stream, sequence: number, timestamp: number): void {
    const ahead = (sequence - stream.sequence) & 0xffff;
    if (ahead === 0) return;
    if (ahead >= 0x8000) {
      // It comes late, and was taken for lost.
      this.#lost--;
      return;
    }
    this.#lost += ahead - 1;
    const next = extended(stream.timestamp, timestamp);
    const steps = Math.round((next - stream.timestamp) / TICKS_PER_PACKET);
    if (steps > ahead) this.#skipped += steps - ahead;
    stream.sequence = sequence;
    stream.timestamp = next;
  }

  #keep(lateMs: number, delayMs: number): void {
    if (this.#packets === this.#lateness.length) {
      const [lateness, delays] = [this.#lateness, this.#delays];
      this.#lateness = new Float64Array(2 * this.#packets);
      this.#lateness.set(lateness);
      this.#delays = new Float64Array(2 * this.#packets);
      this.#delays.set(delays);
    }
    this.#lateness[this.#packets] = lateMs;
    this.#delays[this.#packets++] = delayMs;
  }

  #measure(nowMs: number): Heard {
    const count = this.#packets;
    // The first and the last packet may lie outside.
    const missing = this.#counts.reduce((sum, packets, place) => {
      const listenedMs = nowMs - Math.max(this.#sinceMs, this.#starts[place] ?? 0);
      return sum + Math.max(0, Math.floor(listenedMs / PACKET_MS) - 1 - packets);
    }, 0);
    // What a relay sends of its own carries no time.
    const delays = this.#delays.slice(0, count).filter((delayMs) => Math.abs(delayMs) < longestDelayMs);
    return {
      ...{ packets: count, streams: this.#counts.length, lost: this.#lost, skipped: this.#skipped, missing },
      ...{ silent: this.#silent, stamped: delays.length },
      late: spreadOf(this.#lateness.slice(0, count)),
      delay: delays.length === 0 ? undefined : spreadOf(delays),
    };
  }
}

function isSilent(packet: Buffer): boolean {
  const code = packet[20];
  return code === packet[60] && code === packet[111] && code === packet[160];
}

/** A timestamp of 32 bits near `before`, which does not wrap. */
function extended(before: number, timestamp: number): number {
  return before + ((timestamp - before) | 0);
}
