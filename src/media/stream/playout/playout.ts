import { createComfortNoise, type ComfortNoise } from "./comfort-noise.ts";
import { createConcealer, type Concealer } from "./conceal.ts";
import { createJitterBuffer, LONGEST_PACKET, type JitterBuffer, type NextInStream } from "./jitter-buffer.ts";
import { findLikeness } from "./likeness.ts";
import { SAMPLES_PER_MS } from "../../pcm.ts";
import type { Codec, Decoder, SampleRate } from "../../codec/codec.ts";
import type { HeardPacket } from "../heard-packet.ts";

/** What a far end says as samples without a gap, for who needs all of them in time: packets come in as they come, frames are pulled by a tick.
 * What is lost is concealed; the delay follows the network and the far end's clock, by whole periods of the voice or in silence, where
 * nobody hears it. */
export interface Playout {
  /** Takes a packet as it comes. */
  put(heard: HeardPacket, nowMs: number): void;
  /** Writes the next `count` samples. */
  pull(output: Int16Array, at: number, count: number, nowMs: number): void;
}

/** Work is done in steps of 10 ms; this and what follows is in ticks. */
const STEP = 80;
/** The delay is changed when it is off by this much: 15 ms too long, or 10 ms too short. */
const TOO_LONG = 120;
const TOO_SHORT = -80;
/** The far end's voice is cut or prolonged by one period at a time: 2.5 to 15 ms, blended over 7.5 ms, and no sooner than 30 ms after the last. */
const PERIODS = { shortest: 20, longest: 120 } as const;
const BLEND = 60;
const REST = 240;
/** Pieces below this (mean square, -54 dBFS) are silence. */
const SILENT_POWER = 2000;
/** What is kept of what was played, to prolong it. */
const PAST = PERIODS.longest;
const LINE = 2 * PAST + 2 * LONGEST_PACKET;
/** What a codec with means of its own fills in at once, and how much of it while nothing comes: 20 and 60 ms. */
const FILLED_AT_ONCE = 160;
const FILLED_BLINDLY = 480;
/** Such a codec works in multiples of 2.5 ms. */
const LEAST_FRAME = 20;

/** Makes one for one direction of a call, which gives samples of this rate: no higher than that of the codecs that come. */
export function createPlayout(rateHz: SampleRate = 8000): Playout {
  return new StreamPlayout(rateHz);
}

class StreamPlayout implements Playout {
  readonly #buffer: JitterBuffer = createJitterBuffer();
  readonly #rateHz: SampleRate;
  /** Samples in a tick. */
  readonly #scale: number;
  readonly #concealer: Concealer;
  readonly #noise: ComfortNoise = createComfortNoise();
  readonly #found = { lag: 0, likeness: 0 };
  /** The far end described its noise, and has not spoken since. */
  #isNoise = false;
  #codec: Codec | undefined;
  #decoder: Decoder | undefined;
  /** Decoded audio: what was played, and from `#at` to `#end` what comes next. */
  readonly #line: Int16Array;
  readonly #past: number;
  readonly #blend: number;
  readonly #periods: { readonly shortest: number; readonly longest: number };
  #at: number;
  #end: number;
  /** Samples since the delay was changed or something was concealed. */
  #rested = 0;
  /** Ticks that the codec filled in since something came. */
  #filledBlindly = 0;
  #startMs: number | undefined;
  /** Ticks that this pull asked for. */
  #pulled = 0;

  constructor(rateHz: SampleRate) {
    const scale = rateHz / 8000;
    this.#rateHz = rateHz;
    this.#scale = scale;
    this.#concealer = createConcealer(rateHz);
    this.#line = new Int16Array(LINE * scale);
    this.#at = this.#end = this.#past = PAST * scale;
    this.#blend = BLEND * scale;
    this.#periods = { shortest: PERIODS.shortest * scale, longest: PERIODS.longest * scale };
  }

  put(heard: HeardPacket, nowMs: number): void {
    this.#buffer.put(heard, this.#timeOf(nowMs));
  }

  pull(output: Int16Array, at: number, count: number, nowMs: number): void {
    const scale = this.#scale;
    this.#pulled = count / scale;
    const now = this.#timeOf(nowMs);
    for (let done = 0; done < count; done += STEP * scale) {
      this.#step(output, at + done, Math.min(STEP * scale, count - done), now + done / scale);
    }
  }

  /** Whole ticks since the beginning. */
  #timeOf(nowMs: number): number {
    this.#startMs ??= nowMs;
    return Math.round((nowMs - this.#startMs) * SAMPLES_PER_MS);
  }

  #step(output: Int16Array, at: number, count: number, now: number): void {
    const excess = this.#buffer.excess(now, (this.#end - this.#at) / this.#scale);
    const spare = excess > TOO_LONG ? this.#periods.longest + this.#blend : 0;
    for (let done = 0; done < count;) {
      const next = this.#gather(count - done + spare, now + Math.floor(done / this.#scale));
      if (done === 0) this.#adjust(excess, count);
      const ready = Math.min(this.#end - this.#at, count - done);
      done += ready > 0 ? this.#play(output, at + done, ready) : this.#fill(next, output, at + done, count - done, now);
    }
  }

  /** Decodes what is there until `wanted` samples are ready. @returns what comes instead when they are not */
  #gather(wanted: number, now: number): NextInStream {
    while (this.#end - this.#at < wanted) {
      const next = this.#buffer.next(now, this.#pulled);
      if (next !== "packet" && !this.#fillByCodec(next, now)) return next;
      if (next !== "packet") continue;
      this.#filledBlindly = 0;
      const { kind, bytes, length, skip } = this.#buffer.taken;
      if (kind === "noise") this.#noise.describe(bytes, length);
      else if (kind !== "event") this.#decode(kind, bytes, length, skip);
      this.#isNoise = kind === "noise";
    }
    return "packet";
  }

  #decode(codec: Codec, bytes: Uint8Array, length: number, skipTicks: number): void {
    if (this.#decoder === undefined || codec !== this.#codec) {
      this.#codec = codec;
      this.#decoder = codec.createDecoder(this.#rateHz);
    }
    this.#makeRoom();
    const count = this.#decoder.decode(bytes, 0, length, this.#line, this.#end);
    const skip = skipTicks * this.#scale;
    if (skip > 0) {
      // What was filled in for it was heard already.
      if (this.#end === this.#at) this.#concealer.cut();
      this.#line.copyWithin(this.#end, this.#end + skip, this.#end + count);
    }
    this.#end += count - Math.min(skip, count);
  }

  /** Room for one more packet. */
  #makeRoom(): void {
    if (this.#end + (LONGEST_PACKET + PERIODS.longest) * this.#scale <= this.#line.length) return;
    this.#line.copyWithin(0, this.#at - this.#past, this.#end);
    this.#end -= this.#at - this.#past;
    this.#at = this.#past;
  }

  /** Codecs that have means of their own say what is missing. @returns whether they did */
  #fillByCodec(next: NextInStream, now: number): boolean {
    const decoder = this.#decoder;
    if (decoder?.conceal === undefined || this.#isNoise || (next !== "lost" && next !== "empty")) return false;
    const { lostTicks, following } = this.#buffer;
    const ticks = next === "lost" ? Math.min(lostTicks, FILLED_AT_ONCE) : FILLED_AT_ONCE;
    if (ticks % LEAST_FRAME !== 0 || this.#filledBlindly + ticks > FILLED_BLINDLY) return false;
    this.#filledBlindly += ticks;
    this.#makeRoom();
    const count = ticks * this.#scale;
    // The packet behind a hole may say what was in it; one that fills 20 ms is the last of them.
    const isLast = next === "lost" && lostTicks === ticks && following?.kind === this.#codec;
    if (isLast && following !== undefined && decoder.recover !== undefined) {
      decoder.recover(following.bytes, 0, following.length, this.#line, this.#end, count);
    } else decoder.conceal(this.#line, this.#end, count);
    this.#end += count;
    this.#buffer.filled(ticks, now);
    return true;
  }

  /** Brings the delay nearer to what is wanted, by a piece that nobody misses or one more of the same. */
  #adjust(excess: number, count: number): void {
    const ready = this.#end - this.#at;
    if (this.#rested < REST * this.#scale || ready < count) return;
    if (excess > TOO_LONG && ready >= count + this.#periods.longest + this.#blend) {
      if (this.#looksAlike(1, excess)) this.#cut(this.#found.lag);
    } else if (excess < TOO_SHORT && this.#looksAlike(-1, -excess)) this.#prolong(this.#found.lag);
  }

  /** Finds what can be left out or said twice. The more the delay is off, the less alike it has to be. */
  #looksAlike(direction: 1 | -1, off: number): boolean {
    const { longest } = this.#periods;
    const blend = this.#blend;
    const from = direction === 1 ? this.#at : this.#at - longest;
    let power = 0;
    for (let index = from; index < from + longest + blend; index++) power += (this.#line[index] ?? 0) ** 2;
    if (power < SILENT_POWER * (longest + blend)) {
      this.#found.lag = Math.min(off * this.#scale, longest);
      return true;
    }
    findLikeness(this.#line, this.#at, blend, this.#periods, direction, this.#found);
    return this.#found.likeness >= (off > 960 ? 0 : off > 480 ? 0.6 : 0.85);
  }

  #cut(lag: number): void {
    const line = this.#line;
    const blend = this.#blend;
    for (let index = 0; index < blend; index++) {
      const before = line[this.#at + index] ?? 0;
      const behind = line[this.#at + lag + index] ?? 0;
      line[this.#at + lag + index] = before + ((behind - before) * (index + 1)) / (blend + 1);
    }
    this.#at += lag;
    this.#rested = 0;
  }

  #prolong(lag: number): void {
    const line = this.#line;
    const blend = this.#blend;
    line.copyWithin(this.#at + lag, this.#at, this.#end);
    for (let index = 0; index < Math.max(lag, blend); index++) {
      const before = line[this.#at + lag + index] ?? 0;
      const again = line[this.#at + index - (index < lag ? lag : 0)] ?? 0;
      const share = Math.min(1, (index + 1) / (blend + 1));
      line[this.#at + index] = before + (again - before) * share;
    }
    this.#end += lag;
    this.#rested = 0;
  }

  #play(output: Int16Array, at: number, count: number): number {
    const line = this.#line;
    const from = this.#at;
    for (let index = 0; index < count; index++) output[at + index] = line[from + index] ?? 0;
    this.#concealer.heard(output, at, count);
    this.#at = from + count;
    if (this.#rested < REST * this.#scale) this.#rested += count;
    return count;
  }

  #fill(next: NextInStream, output: Int16Array, at: number, count: number, now: number): number {
    const filled = next === "lost" ? Math.min(count, this.#buffer.lostTicks * this.#scale) : count;
    if (next === "pause" || this.#isNoise) this.#concealer.fade();
    this.#concealer.conceal(output, at, filled);
    if (next !== "pause" && !this.#isNoise) this.#decoder?.missed?.(output, at, filled);
    if (this.#isNoise) this.#noise.add(output, at, filled);
    this.#buffer.filled(Math.round(filled / this.#scale), now);
    this.#rested = 0;
    return filled;
  }
}
