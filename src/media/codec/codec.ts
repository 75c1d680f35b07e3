import type { AudioCodec } from "../../sdp/index.ts";

/** A codec as a value. All of it is known without a call, and what one stream needs of its own is made once: nothing is allocated for a packet.
 * The room works with samples of 8,000 Hz, so a codec of a higher rate gives and takes those in the form that streams use. */
export interface Codec {
  /** As descriptions write it. RFC 3551 §6 */
  readonly name: AudioCodec["name"];
  /** The number that it has without a mapping. RFC 3551 §6 */
  readonly payloadType: number;
  /** Timestamp ticks per second: not the sample rate where a standard says so (RFC 3551 §4.5.2). */
  readonly clockRateHz: number;
  /** Rate of the samples that the encoder takes and the decoder gives. */
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Payload per millisecond and all channels. */
  readonly bytesPerMs: number;
  /** The code that is silence when it is repeated. */
  readonly silence: number;
  /** What a code means depends on those before it: an encoder has to see all samples, silence too. */
  readonly hasMemory: boolean;
  /** One per outgoing stream; the same object for all where a code depends on one sample only. */
  createEncoder(): Encoder;
  /** One per incoming stream, in the same way. */
  createDecoder(): Decoder;
}

/** Turns samples into codes. */
export interface Encoder {
  /** Encodes `count` samples from `from` on into `output` at `at`; a whole number of milliseconds, where the codec needs that. @returns the bytes written */
  encode(samples: Int16Array, from: number, count: number, output: Uint8Array, at: number): number;
}

/** Turns codes into samples. */
export interface Decoder {
  /** Decodes the bytes from `start` to before `end` into `output` at `at`. @returns the samples written */
  decode(bytes: Uint8Array, start: number, end: number, output: Int16Array, at: number): number;
  /** Codes are missing, and these samples were heard in their place: what comes next is decoded as if they had been sent. Codecs without memory
   * have no need of it. */
  missed?(samples: Int16Array, at: number, count: number): void;
}
