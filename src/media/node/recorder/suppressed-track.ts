import {
  BLOCK_SAMPLES,
  createSuppressor,
  SUPPRESSOR_DELAY_SAMPLES,
  type Suppressor,
} from "../suppressor/suppressor.ts";
import type { HeardPacket } from "../../stream/heard-packet.ts";
import type { GapList } from "./gap-list.ts";
import type { Track } from "./track.ts";

/** A track whose noise can be taken out from a place on. What a suppressor gives late is taken early, so that all stays in its place. */
export interface SuppressedTrack extends Track {
  /** Takes noise out, or leaves it, from position `at` on, which is behind all that was taken and all earlier places. */
  suppressNoise(isOn: boolean, at: number): void;
}

interface Switch {
  readonly at: number;
  readonly isOn: boolean;
}

/** Makes one of a track; as long as no noise is taken out it is only that. */
export function createSuppressedTrack(track: Track): SuppressedTrack {
  return new SwitchedTrack(track);
}

class SwitchedTrack implements SuppressedTrack {
  readonly #track: Track;
  #switches: readonly Switch[] = [];
  /** Undefined where samples pass as they are. */
  #suppressor: Suppressor | undefined;
  /** Samples up to here were taken. */
  #taken = 0;
  /** What came out of the suppressor; from `#madeAt` to `#madeEnd` it was not taken yet. */
  readonly #made = new Int16Array(BLOCK_SAMPLES + SUPPRESSOR_DELAY_SAMPLES);
  #madeAt = 0;
  #madeEnd = 0;

  constructor(track: Track) {
    this.#track = track;
  }

  get gaps(): GapList {
    return this.#track.gaps;
  }

  get keyAt(): number {
    return this.#track.keyAt;
  }

  positionOf(timestampTicks: number): number {
    return this.#track.positionOf(timestampTicks);
  }

  packet(heard: HeardPacket, nowAt: number): void {
    this.#track.packet(heard, nowAt);
  }

  suppressNoise(isOn: boolean, at: number): void {
    this.#switches = [...this.#switches, { at, isOn }];
  }

  take(count: number, output: Int16Array, offset: number, stride: number): void {
    for (let done = 0; done < count;) {
      const taken = this.#takeSome(count - done, output, offset + done * stride, stride);
      done += taken;
      this.#taken += taken;
    }
  }

  /** @returns how many samples were taken */
  #takeSome(most: number, output: Int16Array, offset: number, stride: number): number {
    if (this.#madeAt === this.#madeEnd) {
      this.#switchHere();
      if (this.#suppressor === undefined) {
        const count = Math.min(most, (this.#switches[0]?.at ?? Infinity) - this.#taken);
        this.#track.take(count, output, offset, stride);
        return count;
      }
      this.#nextBlock();
    }
    const count = Math.min(most, this.#madeEnd - this.#madeAt);
    for (let index = 0; index < count; index++) output[offset + index * stride] = this.#made[this.#madeAt + index] ?? 0;
    this.#madeAt += count;
    return count;
  }

  #switchHere(): void {
    for (let next = this.#switches[0]; next !== undefined && next.at <= this.#taken; next = this.#switches[0]) {
      this.#switches = this.#switches.slice(1);
      if (next.isOn && this.#suppressor === undefined) this.#begin();
      this.#suppressor?.switch(next.isOn);
    }
  }

  #begin(): void {
    this.#suppressor = createSuppressor();
    this.#suppressor.switch(true);
    // What comes out now is before the beginning.
    for (let at = 0; at < SUPPRESSOR_DELAY_SAMPLES; at += BLOCK_SAMPLES) this.#nextBlock();
    this.#madeAt = this.#madeEnd;
  }

  #nextBlock(): void {
    const suppressor = this.#suppressor;
    if (suppressor === undefined) return;
    this.#track.take(BLOCK_SAMPLES, this.#made, 0, 1);
    suppressor.block(this.#made, 0, this.#made, 0);
    this.#madeEnd = BLOCK_SAMPLES;
    if (suppressor.isOff) this.#drain(suppressor);
    this.#madeAt = 0;
  }

  /** It is off, and what it still has was taken early. */
  #drain(suppressor: Suppressor): void {
    for (; this.#madeEnd < this.#made.length; this.#madeEnd += BLOCK_SAMPLES) {
      suppressor.block(nothing, 0, this.#made, this.#madeEnd);
    }
    this.#suppressor = undefined;
  }
}

const nothing = new Int16Array(BLOCK_SAMPLES);
