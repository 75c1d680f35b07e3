import { createConcealer, type Concealer } from "../../stream/playout/conceal.ts";
import type { HeardPacket } from "../../stream/heard-packet.ts";
import type { GapList } from "./gap-list.ts";
import type { Track } from "./track.ts";

/** Makes of a track one in which what was lost is concealed; after 60 ms it is silence, as it is where the far end said nothing. The gaps stay
 * listed. */
export function createConcealedTrack(track: Track): Track {
  return new ConcealedTrack(track);
}

class ConcealedTrack implements Track {
  readonly gaps: GapList;
  readonly #track: Track;
  readonly #concealer: Concealer = createConcealer();
  #samples = new Int16Array(0);
  #taken = 0;

  constructor(track: Track) {
    this.#track = track;
    this.gaps = track.gaps;
  }

  get keyAt(): number {
    return this.#track.keyAt;
  }

  packet(heard: HeardPacket, nowAt: number): void {
    this.#track.packet(heard, nowAt);
  }

  positionOf(timestampTicks: number): number {
    return this.#track.positionOf(timestampTicks);
  }

  take(count: number, output: Int16Array, offset: number, stride: number): void {
    if (this.#samples.length < count) this.#samples = new Int16Array(count);
    const samples = this.#samples;
    this.#track.take(count, samples, 0, 1);
    let done = 0;
    for (const { from, to } of this.gaps.within(this.#taken, this.#taken + count)) {
      this.#concealer.heard(samples, done, from - this.#taken - done);
      this.#fill(samples, from - this.#taken, to - this.#taken);
      done = to - this.#taken;
    }
    this.#concealer.heard(samples, done, count - done);
    this.#taken += count;
    for (let index = 0; index < count; index++) output[offset + index * stride] = samples[index] ?? 0;
  }

  #fill(samples: Int16Array, from: number, to: number): void {
    for (let index = from; index < to; index++) {
      // A key lies over it.
      if (samples[index] !== 0) return this.#concealer.heard(samples, from, to - from);
    }
    this.#concealer.conceal(samples, from, to - from);
  }
}
