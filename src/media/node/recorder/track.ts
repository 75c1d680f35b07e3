import { dualToneSample } from "../keys/dual-tone.ts";
import { DIGITS, EVENT_BYTES } from "../../stream/telephone-event.ts";
import { readUint16 } from "../../stream/packet.ts";
import { createCodedRing, type CodedRing } from "./coded-ring.ts";
import { createGapList, type GapList } from "./gap-list.ts";
import { samplesOf, ticksOf, type HeardPacket } from "../../stream/heard-packet.ts";
import type { Codec } from "../../codec/codec.ts";

/** One channel of a recording: packets find their place by their timestamps on the recorder's clock, and leave in order.
 * Positions are samples since the recording began. */
export interface Track {
  readonly gaps: GapList;
  /** Where the latest key began. */
  readonly keyAt: number;
  /** Where audio with this timestamp lies, in the stream that was heard last. */
  positionOf(timestampTicks: number): number;
  /** Takes one packet. The first is placed at its arrival, the others relative to it by their timestamps, unless these have drifted from the
   * clock. */
  packet(heard: HeardPacket, nowAt: number): void;
  /** Moves `count` samples from the beginning on into every `stride`th place of `output`, from `offset` on. Lost packets are silence. */
  take(count: number, output: Int16Array, offset: number, stride: number): void;
}

/** How late a packet may be, samples; older samples were taken already. */
export const WINDOW_SAMPLES = 4000;
/** Memory of a track, samples: a power of two over the window, a piece taken at once and what may come early. */
const RING_SAMPLES = 16_384;
/** Timestamps that are further off the clock begin a new timeline at the time of arrival. */
const MOST_EARLY = 1600;
const MOST_LATE = 3200;
/** This far off the clock, a new timeline begins at the next talkspurt, where nobody hears it. */
const DRIFTED = 160;
/** A jump of this many sequence numbers means another stream. */
const MOST_AHEAD = 3000;

/** Makes an empty track. */
export function createTrack(): Track {
  return new RingTrack();
}

class RingTrack implements Track {
  readonly gaps = createGapList();
  keyAt = 0;
  readonly #ring = new Int16Array(RING_SAMPLES);
  /** What lies before was taken. */
  #taken = 0;
  #ssrc: number | undefined;
  #newest = 0;
  #anchorTicks = 0;
  #anchorAt = 0;
  /** End of the newest packet. */
  #end = 0;
  /** Audio of a codec with memory. */
  #coded: CodedRing | undefined;
  #keyTicks: number | undefined;
  #keyEnd = 0;

  packet(heard: HeardPacket, nowAt: number): void {
    const { kind } = heard;
    if (kind === "event") this.#event(heard, nowAt);
    else if (kind === "noise") this.#place(heard, 0, nowAt);
    else {
      const ticks = ticksOf(heard);
      const at = this.#place(heard, ticks, nowAt);
      if (at === undefined) return;
      if (kind.hasMemory && kind.isByteATick) this.#keep(kind, heard, at);
      else this.#write(samplesOf(heard), ticks, at);
    }
  }

  positionOf(timestampTicks: number): number {
    return this.#anchorAt + ((timestampTicks - this.#anchorTicks) | 0);
  }

  take(count: number, output: Int16Array, offset: number, stride: number): void {
    this.#coded?.decode(this.#taken, this.#taken + count, this.#writeDecoded);
    const first = this.#taken & (RING_SAMPLES - 1);
    const untilWrap = Math.min(count, RING_SAMPLES - first);
    for (const [from, length, at] of [
      [first, untilWrap, 0],
      [0, count - untilWrap, untilWrap],
    ] as const) {
      const part = this.#ring.subarray(from, from + length);
      if (stride === 1) output.set(part, offset + at);
      else for (let index = 0; index < length; index++) output[offset + (at + index) * stride] = part[index] ?? 0;
      part.fill(0);
    }
    this.#taken += count;
  }

  /** Finds the place of a packet that lasts `length` and notes what was lost before it; undefined when it is too late. */
  #place(heard: HeardPacket, length: number, nowAt: number): number | undefined {
    const isKnown = heard.ssrc === this.#ssrc;
    const ahead = isKnown ? ((heard.sequence - this.#newest) << 16) >> 16 : MOST_AHEAD;
    const isSameStream = isKnown && Math.abs(ahead) < MOST_AHEAD;
    let at = this.positionOf(heard.timestampTicks);
    // The end of an event comes as late as the event is long.
    const offBy = heard.kind === "event" ? at + length - nowAt : at - nowAt;
    if (isSameStream && ahead <= 0) {
      if (at + length <= this.#taken || at > nowAt + MOST_EARLY) return undefined;
      this.gaps.fill(Math.max(at, this.#taken), at + length);
      return at;
    }
    const isOff = offBy > MOST_EARLY || offBy < -MOST_LATE;
    const hasDrifted = heard.isMarked && typeof heard.kind === "object" && Math.abs(offBy) > DRIFTED;
    if (!isSameStream || isOff || hasDrifted) at = Math.min(Math.max(nowAt, this.#end), nowAt + MOST_EARLY);
    if (isSameStream && ahead > 1 && at > this.#end) this.gaps.add(this.#end, at);
    this.#ssrc = heard.ssrc;
    this.#newest = heard.sequence;
    this.#anchorTicks = heard.timestampTicks;
    this.#anchorAt = at;
    this.#end = at + length;
    return at;
  }

  /** Renders a key as it sounds; each packet says how long it lasted so far. RFC 4733 §2.3.5 */
  #event(heard: HeardPacket, nowAt: number): void {
    const digit = DIGITS[heard.bytes[heard.start] ?? 255];
    if (heard.end - heard.start < EVENT_BYTES || digit === undefined) return;
    const lasted = Math.floor(readUint16(heard.bytes, heard.start + 2) / heard.eventClockTicks);
    const at = this.#place(heard, lasted, nowAt);
    if (at === undefined) return;
    if (heard.timestampTicks !== this.#keyTicks) {
      this.#keyTicks = heard.timestampTicks;
      this.keyAt = this.#keyEnd = at;
    }
    const end = Math.min(this.keyAt + lasted, nowAt + MOST_EARLY);
    for (; this.#keyEnd < end; this.#keyEnd++) {
      if (this.#keyEnd >= this.#taken) {
        this.#ring[this.#keyEnd & (RING_SAMPLES - 1)] = dualToneSample(digit, this.#keyEnd - this.keyAt);
        this.#coded?.clear(this.#keyEnd);
      }
    }
  }

  readonly #writeDecoded = (samples: Int16Array, count: number, at: number) => this.#write(samples, count, at);

  #keep(codec: Codec, { bytes, start, end }: HeardPacket, at: number): void {
    const coded = (this.#coded ??= createCodedRing(RING_SAMPLES));
    const most = Math.min(end - start, this.#taken + RING_SAMPLES - at);
    for (let index = Math.max(0, this.#taken - at); index < most; index++) {
      if (at + index >= this.keyAt && at + index < this.#keyEnd) continue;
      coded.put(codec, at + index, bytes[start + index] ?? 0);
    }
  }

  #write(samples: Int16Array, count: number, at: number): void {
    const most = Math.min(count, this.#taken + RING_SAMPLES - at);
    for (let index = Math.max(0, this.#taken - at); index < most; index++) {
      const position = at + index;
      // A key covers audio that was sent along with it.
      if (position >= this.keyAt && position < this.#keyEnd) continue;
      this.#ring[position & (RING_SAMPLES - 1)] = samples[index] ?? 0;
    }
  }
}
