import type { AudioCodec } from "../../sdp/index.ts";

/** Samples per second that codecs can give and take. Streams work with 8,000, and so does all that a telephone hears; rooms may have more. */
export type SampleRate = 8000 | 16_000 | 48_000;

/** A codec as a value. All of it is known without a call, and what one stream needs of its own is made once: nothing is allocated for a packet.
 * Inside the room time is counted in ticks of 1/8000 s, whatever clock a codec has; streams convert them. */
export interface Codec {
  /** As descriptions write it. RFC 3551 §6 */
  readonly name: AudioCodec["name"];
  /** The number that it has without a mapping, if it has one. RFC 3551 §6 */
  readonly payloadType: number | undefined;
  /** Timestamp ticks of RTP in one tick of the room: the clock is not the sample rate where a standard says so (RFC 3551 §4.5.2, RFC 7587 §4.1). */
  readonly clockTicks: number;
  /** The highest rate at which it holds more than at lower ones. */
  readonly sampleRateHz: SampleRate;
  /** Each byte is one tick, so that payloads can be cut and joined anywhere; else a payload has the length that it needs. */
  readonly isByteATick: boolean;
  /** The longest payload, bytes per millisecond. */
  readonly bytesPerMs: number;
  /** The code that is silence when it is repeated, where each byte is one tick. */
  readonly silence: number;
  /** What a code means depends on those before it: an encoder has to see all samples, silence too. */
  readonly hasMemory: boolean;
  /** How long a payload lasts; 0 when it is none of this codec. */
  ticksOf(bytes: Uint8Array, start: number, end: number): number;
  /** One per outgoing stream; the same object for all where a code depends on one sample only. `rateHz`: of its samples, no higher than
   * `sampleRateHz`; default 8,000. */
  createEncoder(rateHz?: SampleRate): Encoder;
  /** One per incoming stream, in the same way. */
  createDecoder(rateHz?: SampleRate): Decoder;
}

/** Turns samples into codes. */
export interface Encoder {
  /** Encodes `count` samples from `from` on into `output` at `at`; a whole number of milliseconds, where the codec needs that. @returns the bytes written */
  encode(samples: Int16Array, from: number, count: number, output: Uint8Array, at: number): number;
  /** The same of samples of 8,000 Hz by an encoder of 16,000 Hz, where that is less work than to widen them first. What it says in either way has another
   * delay, so that it is changed where it is quiet. */
  encodeNarrow?(samples: Int16Array, from: number, count: number, output: Uint8Array, at: number): number;
  /** Codecs that can do their work in several ways do it so from now on. */
  tune?(tuning: EncoderTuning): void;
}

/** What an encoder may heed. */
export interface EncoderTuning {
  /** There is little time: quality is given for it. */
  readonly isBusy: boolean;
  /** Of its packets, so many are lost on the way. */
  readonly lossPercent: number;
}

/** Turns codes into samples. */
export interface Decoder {
  /** Decodes the bytes from `start` to before `end` into `output` at `at`. @returns the samples written */
  decode(bytes: Uint8Array, start: number, end: number, output: Int16Array, at: number): number;
  /** Codes are missing, and these samples were heard in their place: what comes next is decoded as if they had been sent. Codecs without memory
   * have no need of it. */
  missed?(samples: Int16Array, at: number, count: number): void;
  /** Codes are missing: writes `count` samples of what was probably said. Only codecs that have means of their own for it. @returns `count` */
  conceal?(output: Int16Array, at: number, count: number): number;
  /** The packet before this one is missing, and lasted `count` samples: writes what this one says of it, or what was probably said. */
  recover?(bytes: Uint8Array, start: number, end: number, output: Int16Array, at: number, count: number): number;
}
