import { createDownsampler, type RateChange } from "../../codec/rate-change.ts";
import type { Codec, Encoder, EncoderTuning, SampleRate } from "../../codec/codec.ts";

/** A mix in one codec, for one far end or for all who hear the same. */
export interface MixEncoder {
  readonly codec: Codec;
  /** The payload of the latest frame. */
  readonly bytes: Uint8Array;
  readonly length: number;
  /** Encodes the frame of a tick, once.
   * @param before the frames before it: what has not encoded the latest of them is led through both, so that it goes on without a click */
  encode(tick: number, frame: Int16Array, before: readonly Int16Array[]): void;
  tune(tuning: EncoderTuning): void;
}

/** Makes one for frames of 20 ms. */
export function createMixEncoder(codec: Codec, rateHz: SampleRate): MixEncoder {
  return new FrameEncoder(codec, rateHz);
}

/** Of a frame, milliseconds. */
const FRAME_MS = 20;

class FrameEncoder implements MixEncoder {
  readonly codec: Codec;
  readonly bytes: Uint8Array;
  length = 0;
  readonly #encoder: Encoder;
  readonly #downsampler: RateChange | undefined;
  readonly #samples: Int16Array;
  #tick = -1;

  constructor(codec: Codec, rateHz: SampleRate) {
    this.codec = codec;
    const ownRateHz = codec.sampleRateHz < rateHz ? codec.sampleRateHz : rateHz;
    this.bytes = new Uint8Array(FRAME_MS * codec.bytesPerMs);
    this.#encoder = codec.createEncoder(ownRateHz);
    this.#samples = new Int16Array((ownRateHz / 1000) * FRAME_MS);
    if (ownRateHz < rateHz) this.#downsampler = createDownsampler(rateHz / ownRateHz);
  }

  encode(tick: number, frame: Int16Array, before: readonly Int16Array[]): void {
    if (tick === this.#tick) return;
    if (tick !== this.#tick + 1) for (const earlier of before) this.#run(earlier);
    this.#tick = tick;
    this.length = this.#run(frame);
  }

  tune(tuning: EncoderTuning): void {
    this.#encoder.tune?.(tuning);
  }

  #run(frame: Int16Array): number {
    const samples = this.#downsampler === undefined ? frame : this.#samples;
    this.#downsampler?.run(frame, frame.length, samples);
    return this.#encoder.encode(samples, 0, samples.length, this.bytes, 0);
  }
}
