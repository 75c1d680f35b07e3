import { createJitter, type Jitter } from "./jitter.ts";

/** What an RTCP report block says of a stream that we receive. RFC 3550 §6.4.1 */
export interface ReceptionReport {
  readonly ssrc: number;
  /** Share of packets lost since the previous report, in 1/256. */
  readonly fractionLost: number;
  /** Packets lost since the start of this stream; may be negative after duplicates. */
  readonly packetsLost: number;
  /** Sequence number with its cycles in the upper half. */
  readonly highestSequence: number;
  /** Timestamp ticks. */
  readonly jitterTicks: number;
}

/** What a packet is to its stream. "restarting": the first one far from the rest, after which a new stream may begin. */
export type PacketPlace = "newest" | "late" | "duplicate" | "too-late" | "restarting";

/** What was received of all streams so far. */
export interface ReceptionTotals {
  /** Each once, also those that came too late. */
  readonly packetsReceived: number;
  /** Never received. */
  readonly packetsLost: number;
  /** Received behind a newer one. */
  readonly packetsLate: number;
  readonly packetsDuplicated: number;
  /** Mean length of the losses in packets, as a multiple of what chance would give; 1 at least. ITU-T G.107 §7.5 */
  readonly burstRatio: number;
  /** Interarrival jitter: its mean over all packets, and its highest. */
  readonly jitterTicks: number;
  readonly worstJitterTicks: number;
}

/** Sequence numbers, loss and jitter of what is received. RFC 3550 appendix A.1, A.3, A.8 */
export interface Reception {
  /** Counts one valid packet. `isAudio` is false for telephone-events, whose timestamps stand still. */
  packet(ssrc: number, sequence: number, timestampTicks: number, arrivalTicks: number, isAudio: boolean): PacketPlace;
  /** The report since the previous one; undefined while nothing was received. */
  report(): ReceptionReport | undefined;
  totals(): ReceptionTotals;
  /** As in the totals. */
  readonly packetsReceived: number;
  readonly jitter: Jitter;
  /** Whether this is the newest packet of the stream that is heard now. */
  isNewest(ssrc: number, sequence: number): boolean;
  /** Counts audio packets that came behind the newest one by one, each in its turn; their jitter was measured. */
  passed(packets: number): void;
}

/** A jump forward of fewer packets counts as loss, a larger one as a restart of the sender. */
const MAX_DROPOUT = 3000;
/** How late, in packets, a packet of this stream may come. */
const MAX_MISORDER = 100;
/** So many packets behind the newest, nothing has a use for one any more. */
const MOST_LATE = 64;
/** Sequence numbers of which is known whether they came; a power of two beyond MAX_MISORDER. */
const REMEMBERED = 128;

/** Starts counting. A new SSRC, or two packets in a row far from the rest, begin a new stream; losses of the old one stay in
 * the totals. */
export function createReception(): Reception {
  return new StreamReception();
}

class StreamReception implements Reception {
  readonly jitter: Jitter = createJitter();
  #ssrc: number | undefined;
  #base = 0;
  /** Extended: cycles * 65536 + sequence. */
  #highest = 0;
  /** Of this stream, duplicates among them. RFC 3550 §6.4.1 */
  #received = 0;
  /** By sequence number modulo `REMEMBERED`, a bit each: whether it came. So short that it lies among the objects of V8, not beside them. */
  readonly #came = new Uint8Array(REMEMBERED / 8);
  #restartAt = -1;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #duplicated = 0;
  // Of all streams:
  #endedReceived = 0;
  #endedLost = 0;
  #late = 0;
  #allDuplicated = 0;
  #gaps = 0;
  #gapPackets = 0;

  packet(ssrc: number, sequence: number, timestampTicks: number, arrivalTicks: number, isAudio: boolean): PacketPlace {
    if (ssrc !== this.#ssrc) this.#begin(ssrc, sequence);
    const ahead = (sequence - this.#highest) & 0xffff;
    if (ahead >= MAX_DROPOUT && ahead <= 0x10000 - MAX_MISORDER) {
      if (sequence !== this.#restartAt) {
        this.#restartAt = (sequence + 1) & 0xffff;
        return "restarting";
      }
      this.#begin(ssrc, sequence);
    }
    const place = this.#place(sequence);
    this.#received++;
    if (place !== "duplicate" && isAudio) this.jitter.measure((arrivalTicks - timestampTicks) | 0);
    return place;
  }

  isNewest(ssrc: number, sequence: number): boolean {
    return ssrc === this.#ssrc && ((sequence - this.#highest) & 0xffff) === 0;
  }

  passed(packets: number): void {
    this.#received += packets;
    for (let step = Math.min(packets, REMEMBERED); step > 0; step--) this.#note(this.#highest + packets - step + 1);
    this.#highest += packets;
  }

  report(): ReceptionReport | undefined {
    if (this.#ssrc === undefined || this.#received === 0) return undefined;
    const expected = this.#highest - this.#base + 1;
    const expectedInterval = expected - this.#expectedBefore;
    const lostInterval = expectedInterval - (this.#received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    const isLossy = expectedInterval > 0 && lostInterval > 0;
    return {
      ssrc: this.#ssrc >>> 0,
      fractionLost: isLossy ? Math.min(255, Math.floor((lostInterval * 256) / expectedInterval)) : 0,
      packetsLost: expected - this.#received,
      highestSequence: this.#highest >>> 0,
      jitterTicks: Math.floor(this.jitter.ticks),
    };
  }

  get packetsReceived(): number {
    return this.#endedReceived + this.#received - this.#duplicated;
  }

  totals(): ReceptionTotals {
    const { packetsReceived } = this;
    const packetsLost = this.#endedLost + this.#lost();
    const lossRatio = packetsLost / Math.max(1, packetsLost + packetsReceived);
    const meanGap = this.#gaps === 0 ? 1 : this.#gapPackets / this.#gaps;
    return {
      packetsReceived,
      packetsLost,
      packetsLate: this.#late,
      packetsDuplicated: this.#allDuplicated,
      burstRatio: Math.max(1, meanGap * (1 - lossRatio)),
      jitterTicks: this.jitter.meanTicks,
      worstJitterTicks: this.jitter.worstTicks,
    };
  }

  /** Begins a stream whose first packet is to come. */
  #begin(ssrc: number, sequence: number): void {
    this.#endedReceived += this.#received - this.#duplicated;
    this.#endedLost += this.#lost();
    this.#ssrc = ssrc;
    this.#base = sequence;
    this.#highest = sequence;
    this.#came.fill(0);
    this.#received = this.#duplicated = this.#expectedBefore = this.#receivedBefore = 0;
    this.#restartAt = -1;
    this.jitter.begin();
  }

  #place(sequence: number): PacketPlace {
    const ahead = ((sequence - this.#highest) << 16) >> 16;
    if (ahead > 0) {
      for (let step = Math.min(ahead, REMEMBERED); step > 1; step--) this.#forget(sequence - step + 1);
      if (ahead > 1) {
        this.#gaps++;
        this.#gapPackets += ahead - 1;
      }
      this.#highest += ahead;
      this.#note(sequence);
      return "newest";
    }
    if (this.#hasCome(sequence)) {
      this.#duplicated++;
      this.#allDuplicated++;
      return "duplicate";
    }
    this.#note(sequence);
    if (ahead === 0) return "newest";
    // It came before the one that counts as the first.
    if (this.#highest + ahead < this.#base) this.#base = this.#highest + ahead;
    this.#late++;
    return ahead < -MOST_LATE ? "too-late" : "late";
  }

  #hasCome(sequence: number): boolean {
    return ((this.#came[(sequence % REMEMBERED) >> 3] ?? 0) & (1 << (sequence & 7))) !== 0;
  }

  #note(sequence: number): void {
    const place = (sequence % REMEMBERED) >> 3;
    this.#came[place] = (this.#came[place] ?? 0) | (1 << (sequence & 7));
  }

  /** `sequence` may be one before 0. */
  #forget(sequence: number): void {
    const place = (sequence & (REMEMBERED - 1)) >> 3;
    this.#came[place] = (this.#came[place] ?? 0) & ~(1 << (sequence & 7));
  }

  /** Never received, of this stream. */
  #lost(): number {
    if (this.#received === 0) return 0;
    return Math.max(0, this.#highest - this.#base + 1 - (this.#received - this.#duplicated));
  }
}
