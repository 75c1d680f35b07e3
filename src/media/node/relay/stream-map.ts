/** Maps packets of a relayed stream into the outgoing stream: sequence numbers and timestamps keep their distances, so that the far end sees
 * losses and reordering as they are and conceals them (a translator, RFC 3550 §7.1). The result of `map` is in the fields. */
export interface StreamMap {
  readonly sequence: number;
  /** As a signed number: one beyond 31 bits would be an object. */
  readonly timestampTicks: number;
  /** The packet begins a talkspurt: it follows packets of our own, or another stream. */
  readonly isFirst: boolean;
  /** The packet fills a gap behind newer ones. */
  readonly isLate: boolean;
  /** Packets are missing before it, so far. */
  readonly isBehindHole: boolean;
  /** Places one packet.
   * @param nextSequence what the next packet out would have, were it ours; likewise `clockTicks`
   * @returns false when it is a duplicate, or too late to be passed on */
  map(ssrc: number, sequence: number, timestampTicks: number, nextSequence: number, clockTicks: number): boolean;
  /** Packets of our own went out under new sequence numbers; timestamps keep their distance. */
  skipTo(nextSequence: number): void;
  /** A packet is not passed on, and leaves no hole. */
  leaveOut(ssrc: number, sequence: number): void;
  /** The next packet comes behind one of our own. */
  makeRoom(nextSequence: number): void;
  /** Whether this packet was the newest that was placed, and the next one follows it in the outgoing stream. */
  isNewest(ssrc: number, sequence: number, nextSequence: number): boolean;
  /** Packets that came behind the newest one by one were passed on, each behind the one before. */
  passed(packets: number): void;
  /** A timestamp of the stream as it goes out; undefined when nothing of that stream is being passed on. */
  timestampOf(ssrc: number, timestampTicks: number): number | undefined;
  /** The next packet begins a talkspurt. */
  end(): void;
}

/** A jump of more packets begins anew. */
const MOST_AHEAD = 50;
/** Packets behind the newest that still find their place; bits of `#seen`. */
const MOST_LATE = 31;
/** Timestamps that left our clock by more than this, ticks, are brought back to it. */
const MOST_DRIFT_TICKS = 8000;

/** Makes a map without a stream. */
export function createStreamMap(): StreamMap {
  return new OffsetMap();
}

class OffsetMap implements StreamMap {
  sequence = 0;
  timestampTicks = 0;
  isFirst = false;
  isLate = false;
  isBehindHole = false;
  #isOn = false;
  #ssrc = 0;
  #newest = 0;
  /** Bit n: the packet n behind the newest came, or was before the talkspurt. */
  #seen = 0;
  #sequenceOffset = 0;
  #timestampOffset = 0;

  map(ssrc: number, sequence: number, timestampTicks: number, nextSequence: number, clockTicks: number): boolean {
    const ahead = ((sequence - this.#newest) << 16) >> 16;
    const timestamp = (timestampTicks + this.#timestampOffset) | 0;
    if (!this.#isOn || ssrc !== this.#ssrc || ahead > MOST_AHEAD || ahead < -1000) {
      return this.#begin(ssrc, sequence, timestampTicks, nextSequence, clockTicks);
    }
    if (ahead <= 0) {
      if (ahead < -MOST_LATE || (this.#seen & (1 << -ahead)) !== 0) return false;
      this.#seen |= 1 << -ahead;
    } else {
      if (Math.abs((timestamp - clockTicks) | 0) > MOST_DRIFT_TICKS) {
        return this.#begin(ssrc, sequence, timestampTicks, nextSequence, clockTicks);
      }
      this.#newest = sequence;
      this.#seen = ahead > MOST_LATE ? 1 : (this.#seen << ahead) | 1;
    }
    this.sequence = (sequence + this.#sequenceOffset) & 0xffff;
    this.timestampTicks = timestamp;
    this.isFirst = false;
    this.isLate = ahead < 0;
    this.isBehindHole = ahead > 1;
    return true;
  }

  skipTo(nextSequence: number): void {
    this.#sequenceOffset = nextSequence - this.#newest - 1;
    this.#seen = -1;
  }

  leaveOut(ssrc: number, sequence: number): void {
    const ahead = ((sequence - this.#newest) << 16) >> 16;
    if (!this.#isOn || ssrc !== this.#ssrc || ahead <= 0 || ahead > MOST_AHEAD) return;
    this.#newest = sequence;
    this.#sequenceOffset -= 1;
    this.#seen = -1;
  }

  makeRoom(nextSequence: number): void {
    const next = this.#newest + 1 + this.#sequenceOffset;
    if (this.#isOn && ((next - nextSequence) << 16) >> 16 < 0) this.skipTo(nextSequence);
  }

  isNewest(ssrc: number, sequence: number, nextSequence: number): boolean {
    const isOurs = this.#isOn && ssrc === this.#ssrc && sequence === this.#newest;
    return isOurs && ((sequence + 1 + this.#sequenceOffset - nextSequence) & 0xffff) === 0;
  }

  passed(packets: number): void {
    this.#newest = (this.#newest + packets) & 0xffff;
    this.#seen = packets > MOST_LATE ? -1 : (this.#seen << packets) | ((1 << packets) - 1);
  }

  timestampOf(ssrc: number, timestampTicks: number): number | undefined {
    return this.#isOn && ssrc === this.#ssrc ? (timestampTicks + this.#timestampOffset) | 0 : undefined;
  }

  end(): void {
    this.#isOn = false;
  }

  #begin(ssrc: number, sequence: number, timestampTicks: number, nextSequence: number, clockTicks: number): boolean {
    this.#isOn = true;
    this.#ssrc = ssrc;
    this.#newest = sequence;
    this.#seen = -1;
    this.#sequenceOffset = nextSequence - sequence;
    this.#timestampOffset = (clockTicks - timestampTicks) | 0;
    this.sequence = nextSequence;
    this.timestampTicks = clockTicks | 0;
    this.isFirst = true;
    this.isLate = false;
    this.isBehindHole = false;
    return true;
  }
}
