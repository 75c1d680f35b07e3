import { createComfortNoise, type ComfortNoise } from "./comfort-noise.ts";
import { createConcealer, type Concealer } from "./conceal.ts";
import { createJitterBuffer, LONGEST_PACKET, type JitterBuffer, type NextInStream } from "./jitter-buffer.ts";
import { findLikeness } from "./likeness.ts";
import type { Codec, Decoder } from "../../codec/codec.ts";
import type { HeardPacket } from "../heard-packet.ts";

/** What a far end says as samples without a gap, for who needs all of them in time: packets come in as they come, frames are pulled by a tick.
 * What is lost is concealed; the delay follows the network and the far end's clock, by whole periods of the voice or in silence, where
 * nobody hears it. */
export interface Playout {
  /** Takes a packet as it comes. */
  put(heard: HeardPacket, nowMs: number): void;
  /** Writes the next `count` samples of 8,000 Hz. */
  pull(output: Int16Array, at: number, count: number, nowMs: number): void;
}

const SAMPLES_PER_MS = 8;
/** Work is done in steps of 10 ms. */
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

/** Makes one for one direction of a call. */
export function createPlayout(): Playout {
  return new StreamPlayout();
}

class StreamPlayout implements Playout {
  readonly #buffer: JitterBuffer = createJitterBuffer();
  readonly #concealer: Concealer = createConcealer();
  readonly #noise: ComfortNoise = createComfortNoise();
  readonly #found = { lag: 0, likeness: 0 };
  /** The far end described its noise, and has not spoken since. */
  #isNoise = false;
  #codec: Codec | undefined;
  #decoder: Decoder | undefined;
  /** Decoded audio: what was played, and from `#at` to `#end` what comes next. */
  readonly #line = new Int16Array(LINE);
  #at = PAST;
  #end = PAST;
  /** Samples since the delay was changed or something was concealed. */
  #rested = 0;
  #startMs: number | undefined;
  /** Samples of this pull that are not written yet. */
  #pulled = 0;

  put(heard: HeardPacket, nowMs: number): void {
    this.#buffer.put(heard, this.#timeOf(nowMs));
  }

  pull(output: Int16Array, at: number, count: number, nowMs: number): void {
    this.#pulled = count;
    const now = this.#timeOf(nowMs);
    for (let done = 0; done < count; done += STEP) {
      this.#step(output, at + done, Math.min(STEP, count - done), now + done);
    }
  }

  /** Whole samples since the beginning. */
  #timeOf(nowMs: number): number {
    this.#startMs ??= nowMs;
    return Math.round((nowMs - this.#startMs) * SAMPLES_PER_MS);
  }

  #step(output: Int16Array, at: number, count: number, now: number): void {
    const excess = this.#buffer.excess(now, this.#end - this.#at);
    const spare = excess > TOO_LONG ? PERIODS.longest + BLEND : 0;
    for (let done = 0; done < count;) {
      const next = this.#gather(count - done + spare, now + done);
      if (done === 0) this.#adjust(excess, count);
      const ready = Math.min(this.#end - this.#at, count - done);
      done += ready > 0 ? this.#play(output, at + done, ready) : this.#fill(next, output, at + done, count - done, now);
    }
  }

  /** Decodes what is there until `wanted` samples are ready. @returns what comes instead when they are not */
  #gather(wanted: number, now: number): NextInStream {
    while (this.#end - this.#at < wanted) {
      const next = this.#buffer.next(now, this.#pulled);
      if (next !== "packet") return next;
      const { kind, bytes, length, skip } = this.#buffer.taken;
      if (kind === "noise") this.#noise.describe(bytes, length);
      else if (kind !== "event") this.#decode(kind, bytes, length, skip);
      this.#isNoise = kind === "noise";
    }
    return "packet";
  }

  #decode(codec: Codec, bytes: Uint8Array, length: number, skip: number): void {
    if (this.#decoder === undefined || codec !== this.#codec) {
      this.#codec = codec;
      this.#decoder = codec.createDecoder();
    }
    if (this.#end + length > LINE - PERIODS.longest) {
      this.#line.copyWithin(0, this.#at - PAST, this.#end);
      this.#end -= this.#at - PAST;
      this.#at = PAST;
    }
    const count = this.#decoder.decode(bytes, 0, length, this.#line, this.#end);
    if (skip > 0) {
      // What was filled in for it was heard already.
      if (this.#end === this.#at) this.#concealer.cut();
      this.#line.copyWithin(this.#end, this.#end + skip, this.#end + count);
    }
    this.#end += count - Math.min(skip, count);
  }

  /** Brings the delay nearer to what is wanted, by a piece that nobody misses or one more of the same. */
  #adjust(excess: number, count: number): void {
    const ready = this.#end - this.#at;
    if (this.#rested < REST || ready < count) return;
    if (excess > TOO_LONG && ready >= count + PERIODS.longest + BLEND) {
      if (this.#looksAlike(1, excess)) this.#cut(this.#found.lag);
    } else if (excess < TOO_SHORT && this.#looksAlike(-1, -excess)) this.#prolong(this.#found.lag);
  }

  /** Finds what can be left out or said twice. The more the delay is off, the less alike it has to be. */
  #looksAlike(direction: 1 | -1, off: number): boolean {
    const from = direction === 1 ? this.#at : this.#at - PERIODS.longest;
    let power = 0;
    for (let index = from; index < from + PERIODS.longest + BLEND; index++) power += (this.#line[index] ?? 0) ** 2;
    if (power < SILENT_POWER * (PERIODS.longest + BLEND)) {
      this.#found.lag = Math.min(off, PERIODS.longest);
      return true;
    }
    findLikeness(this.#line, this.#at, BLEND, PERIODS, direction, this.#found);
    return this.#found.likeness >= (off > 960 ? 0 : off > 480 ? 0.6 : 0.85);
  }

  #cut(lag: number): void {
    const line = this.#line;
    for (let index = 0; index < BLEND; index++) {
      const before = line[this.#at + index] ?? 0;
      const behind = line[this.#at + lag + index] ?? 0;
      line[this.#at + lag + index] = before + ((behind - before) * (index + 1)) / (BLEND + 1);
    }
    this.#at += lag;
    this.#rested = 0;
  }

  #prolong(lag: number): void {
    const line = this.#line;
    line.copyWithin(this.#at + lag, this.#at, this.#end);
    for (let index = 0; index < Math.max(lag, BLEND); index++) {
      const before = line[this.#at + lag + index] ?? 0;
      const again = line[this.#at + index - (index < lag ? lag : 0)] ?? 0;
      const share = Math.min(1, (index + 1) / (BLEND + 1));
      line[this.#at + index] = before + (again - before) * share;
    }
    this.#end += lag;
    this.#rested = 0;
  }

  #play(output: Int16Array, at: number, count: number): number {
    for (let index = 0; index < count; index++) output[at + index] = this.#line[this.#at + index] ?? 0;
    this.#concealer.heard(output, at, count);
    this.#at += count;
    if (this.#rested < REST) this.#rested += count;
    return count;
  }

  #fill(next: NextInStream, output: Int16Array, at: number, count: number, now: number): number {
    const filled = next === "lost" ? Math.min(count, this.#buffer.lostSamples) : count;
    if (next === "pause" || this.#isNoise) this.#concealer.fade();
    this.#concealer.conceal(output, at, filled);
    if (next !== "pause" && !this.#isNoise) this.#decoder?.missed?.(output, at, filled);
    if (this.#isNoise) this.#noise.add(output, at, filled);
    this.#buffer.filled(filled, now);
    this.#rested = 0;
    return filled;
  }
}
