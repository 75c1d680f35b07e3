import type { Transcoder } from "../../codec/transcode.ts";

/** Cuts a stream of codes, one for each tick, into packets of another length. */
export interface Reframer {
  /** Codes that wait. */
  readonly waiting: number;
  /** Timestamp of the first of them. */
  readonly timestampTicks: number;
  /** Takes a payload with its timestamp. Small gaps are filled with `silence`, after large ones it starts anew; late payloads are dropped. */
  push(
    transcoder: Transcoder,
    bytes: Uint8Array,
    start: number,
    end: number,
    timestampTicks: number,
    silence: number,
  ): void;
  /** Moves the first `count` codes, at most `waiting`, into `output`. */
  take(output: Uint8Array, at: number, count: number): void;
  clear(): void;
}

const CAPACITY = 4096;
/** A gap of more ticks is a pause of the far end, not a loss. */
const LARGEST_HOLE = 800;

/** Makes an empty one. */
export function createReframer(): Reframer {
  return new CodeQueue();
}

class CodeQueue implements Reframer {
  readonly #codes = new Uint8Array(CAPACITY);
  waiting = 0;
  timestampTicks = 0;

  push(
    transcoder: Transcoder,
    bytes: Uint8Array,
    start: number,
    end: number,
    timestampTicks: number,
    silence: number,
  ): void {
    const hole = this.waiting === 0 ? 0 : (timestampTicks - this.timestampTicks - this.waiting) | 0;
    if (hole < 0 && hole > -CAPACITY) return;
    if (hole < 0 || hole > LARGEST_HOLE || this.waiting + hole + end - start > CAPACITY) this.clear();
    else {
      this.#codes.fill(silence, this.waiting, this.waiting + hole);
      this.waiting += hole;
    }
    if (this.waiting === 0) this.timestampTicks = timestampTicks;
    this.waiting += transcoder.convert(bytes, start, end, this.#codes, this.waiting, CAPACITY - this.waiting);
  }

  take(output: Uint8Array, at: number, count: number): void {
    output.set(this.#codes.subarray(0, count), at);
    this.#codes.copyWithin(0, count, this.waiting);
    this.waiting -= count;
    this.timestampTicks = (this.timestampTicks + count) | 0;
  }

  clear(): void {
    this.waiting = 0;
  }
}
