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

/** Sequence numbers, loss and jitter of what is received. RFC 3550 appendix A.1, A.3, A.8 */
export interface Reception {
  /** Counts one valid packet. `isAudio` is false for telephone-events, whose timestamps stand still. */
  packet(ssrc: number, sequence: number, timestampTicks: number, arrivalTicks: number, isAudio: boolean): void;
  /** The report since the previous one; undefined while nothing was received. */
  report(): ReceptionReport | undefined;
  totals(): { readonly packetsReceived: number; readonly packetsLost: number; readonly jitterTicks: number };
}

/** A jump forward of fewer packets counts as loss, a larger one as a restart of the sender. */
const MAX_DROPOUT = 3000;
/** How late, in packets, a packet of this stream may come. */
const MAX_MISORDER = 100;

/** Starts counting. A new SSRC, or two packets in a row far from the rest, begin a new stream; losses of the old one stay in
 * the totals. */
export function createReception(): Reception {
  return new StreamReception();
}

class StreamReception implements Reception {
  #ssrc: number | undefined;
  #base = 0;
  /** Extended: cycles * 65536 + sequence. */
  #highest = 0;
  #received = 0;
  #restartAt = -1;
  #jitter = 0;
  #transit: number | undefined;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #endedReceived = 0;
  #endedLost = 0;

  packet(ssrc: number, sequence: number, timestampTicks: number, arrivalTicks: number, isAudio: boolean): void {
    if (ssrc !== this.#ssrc) this.#begin(ssrc, sequence);
    const ahead = (sequence - this.#highest) & 0xffff;
    if (ahead < MAX_DROPOUT) this.#highest += ahead;
    else if (ahead <= 0x10000 - MAX_MISORDER) {
      if (sequence !== this.#restartAt) {
        this.#restartAt = (sequence + 1) & 0xffff;
        return;
      }
      this.#begin(ssrc, sequence);
    }
    this.#received++;
    if (!isAudio) return;
    const transit = (arrivalTicks - timestampTicks) | 0;
    if (this.#transit !== undefined) {
      this.#jitter += (Math.abs((transit - this.#transit) | 0) - this.#jitter) / 16;
    }
    this.#transit = transit;
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
      ssrc: this.#ssrc,
      fractionLost: isLossy ? Math.min(255, Math.floor((lostInterval * 256) / expectedInterval)) : 0,
      packetsLost: this.#lost(),
      highestSequence: this.#highest >>> 0,
      jitterTicks: Math.floor(this.#jitter),
    };
  }

  totals(): { readonly packetsReceived: number; readonly packetsLost: number; readonly jitterTicks: number } {
    return {
      packetsReceived: this.#endedReceived + this.#received,
      packetsLost: this.#endedLost + Math.max(0, this.#lost()),
      jitterTicks: this.#jitter,
    };
  }

  #begin(ssrc: number, sequence: number): void {
    this.#endedReceived += this.#received;
    this.#endedLost += Math.max(0, this.#lost());
    this.#ssrc = ssrc;
    this.#base = this.#highest = sequence;
    this.#received = this.#expectedBefore = this.#receivedBefore = 0;
    this.#restartAt = -1;
    this.#transit = undefined;
  }

  #lost(): number {
    return this.#received === 0 ? 0 : this.#highest - this.#base + 1 - this.#received;
  }
}
