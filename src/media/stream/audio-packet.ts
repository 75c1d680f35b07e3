import { codecs } from "../codec/codecs.ts";
import type { Codec, Encoder } from "../codec/codec.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import { SAMPLE_RATE_HZ, SAMPLES_PER_MS, WIDE_RATE_HZ } from "../pcm.ts";
import { RTP_HEADER_BYTES, writeHeader } from "./packet.ts";
import { createWidener, type Widener } from "./widener.ts";

/** Audio that has been encoded: a code for each sample. */
export interface CodedAudio {
  readonly codec: Codec;
  readonly codes: Uint8Array;
  /** The same memory, four codes at a time. */
  readonly words: Int32Array;
}

/** Makes it of codes at the beginning of their memory. */
export function toCodedAudio(name: NegotiatedAudio["codec"]["name"], codes: Uint8Array): CodedAudio {
  return { codec: codecs[name], codes, words: new Int32Array(codes.buffer, 0, codes.length >> 2) };
}

/** The audio of one packet time, as those fill it who have something to say. */
export interface AudioFrame {
  /** Samples of 8,000 Hz that it takes; also its ticks. */
  readonly length: number;
  /** Its codec holds more than a telephone hears. */
  readonly isWide: boolean;
  /** Fills the frame with `length` samples from `from` on.
   * @param wide the same at 16,000 Hz, in which they are from twice `from` on */
  encode(samples: Int16Array, from: number, wide?: Int16Array): void;
  /** The same of samples that were encoded before. @returns false: by another codec */
  copy(coded: CodedAudio, from: number): boolean;
  /** Fills the frame with a payload that was made elsewhere: the bytes from `start` to before `end`. @returns false: it has no room for so many */
  put(bytes: Uint8Array, start: number, end: number): boolean;
  /** Fills the frame with silence. */
  silence(): void;
}

/** The packet in which a stream sends its audio; its memory is made once for each agreement. */
export class AudioPacket implements AudioFrame {
  readonly codec: Codec;
  readonly payloadType: number;
  /** The packet as it is to leave. */
  bytes: Uint8Array;
  readonly length: number;
  readonly isWide: boolean;
  /** The payload is silence already. */
  isSilent = false;
  readonly #memory: Uint8Array;
  /** The payload, where each byte is a tick, four at a time. */
  readonly #words: Int32Array | undefined;
  /** Of codecs whose payloads differ in length: the packets of each length, so that none is made anew. */
  #packets: Uint8Array[] | undefined;
  readonly #encoder: Encoder;
  readonly #zeros: Int16Array | undefined;
  readonly #widener: Widener | undefined;

  constructor(audio: NegotiatedAudio, ssrc: number) {
    this.codec = codecs[audio.codec.name];
    this.payloadType = audio.codec.payloadType;
    this.length = audio.ptimeMs * SAMPLES_PER_MS;
    this.#memory = this.bytes = new Uint8Array(RTP_HEADER_BYTES + audio.ptimeMs * this.codec.bytesPerMs);
    if (this.codec.isByteATick) this.#words = new Int32Array(this.#memory.buffer, RTP_HEADER_BYTES, this.length >> 2);
    this.isWide = this.codec.sampleRateHz >= WIDE_RATE_HZ;
    if (this.isWide) this.#widener = createWidener(this.length);
    this.#encoder = this.codec.createEncoder(this.isWide ? WIDE_RATE_HZ : SAMPLE_RATE_HZ);
    if (this.codec.hasMemory) this.#zeros = new Int16Array(this.length);
    writeHeader(this.bytes, this.payloadType, ssrc);
  }

  /** Whether it can go on with what was agreed anew, and with it its encoder. */
  fits({ codec, ptimeMs }: NegotiatedAudio): boolean {
    const isSameCodec = codec.name === this.codec.name && codec.payloadType === this.payloadType;
    return isSameCodec && this.length === ptimeMs * SAMPLES_PER_MS;
  }

  encode(samples: Int16Array, from: number, wide?: Int16Array): void {
    this.#resize(
      this.#widener === undefined
        ? this.#encoder.encode(samples, from, this.length, this.#memory, RTP_HEADER_BYTES)
        : this.#encodeWide(this.#widener, samples, from, wide),
    );
    this.isSilent = false;
  }

  #encodeWide(widener: Widener, samples: Int16Array, from: number, wide: Int16Array | undefined): number {
    const encoder = this.#encoder;
    if (encoder.encodeNarrow !== undefined && !widener.isNeeded(samples, from, wide !== undefined))
      return encoder.encodeNarrow(samples, from, this.length, this.#memory, RTP_HEADER_BYTES);
    return encoder.encode(widener.run(samples, from, wide), 0, widener.length, this.#memory, RTP_HEADER_BYTES);
  }

  copy({ codec, codes, words }: CodedAudio, from: number): boolean {
    const to = this.#words;
    if (codec !== this.codec || to === undefined) return false;
    if ((from & 3) === 0) {
      const first = from >> 2;
      for (let index = 0; index < to.length; index++) to[index] = words[first + index] ?? 0;
    } else {
      const { length } = this;
      for (let index = 0; index < length; index++) this.#memory[RTP_HEADER_BYTES + index] = codes[from + index] ?? 0;
    }
    this.isSilent = false;
    return true;
  }

  put(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (length > this.#memory.length - RTP_HEADER_BYTES) return false;
    for (let index = 0; index < length; index++) this.#memory[RTP_HEADER_BYTES + index] = bytes[start + index] ?? 0;
    this.#resize(length);
    this.isSilent = false;
    return true;
  }

  silence(): void {
    if (this.#zeros !== undefined) this.encode(this.#zeros, 0);
    else if (!this.isSilent) this.bytes.fill(this.codec.silence, RTP_HEADER_BYTES);
    this.isSilent = true;
  }

  #resize(length: number): void {
    if (this.codec.isByteATick) return;
    this.#packets ??= [];
    this.bytes = this.#packets[length] ??= this.#memory.subarray(0, RTP_HEADER_BYTES + length);
  }
}
