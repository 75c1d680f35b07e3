import { codecs } from "../codec/codecs.ts";
import type { Codec, Encoder } from "../codec/codec.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import { SAMPLES_PER_MS } from "../pcm.ts";
import { RTP_HEADER_BYTES, writeHeader } from "./packet.ts";

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
  /** Fills the frame with `length` samples from `from` on. */
  encode(samples: Int16Array, from: number): void;
  /** The same of samples that were encoded before. @returns false: by another codec */
  copy(coded: CodedAudio, from: number): boolean;
  /** Fills the frame with a payload that was made elsewhere: the first `length` of `bytes`. */
  put(bytes: Uint8Array, length: number): void;
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
  /** The payload is silence already. */
  isSilent = false;
  readonly #memory: Uint8Array;
  /** The payload, where each byte is a tick, four at a time. */
  readonly #words: Int32Array | undefined;
  /** Of codecs whose payloads differ in length: the packets of each length, so that none is made anew. */
  readonly #packets: Uint8Array[] = [];
  readonly #encoder: Encoder;
  readonly #zeros: Int16Array | undefined;

  constructor(audio: NegotiatedAudio, ssrc: number) {
    this.codec = codecs[audio.codec.name];
    this.payloadType = audio.codec.payloadType;
    this.length = audio.ptimeMs * SAMPLES_PER_MS;
    this.#memory = this.bytes = new Uint8Array(RTP_HEADER_BYTES + audio.ptimeMs * this.codec.bytesPerMs);
    if (this.codec.isByteATick) this.#words = new Int32Array(this.#memory.buffer, RTP_HEADER_BYTES, this.length >> 2);
    this.#encoder = this.codec.createEncoder();
    if (this.codec.hasMemory) this.#zeros = new Int16Array(this.length);
    writeHeader(this.bytes, this.payloadType, ssrc);
  }

  /** Whether it can go on with what was agreed anew, and with it its encoder. */
  fits({ codec, ptimeMs }: NegotiatedAudio): boolean {
    const isSameCodec = codec.name === this.codec.name && codec.payloadType === this.payloadType;
    return isSameCodec && this.length === ptimeMs * SAMPLES_PER_MS;
  }

  encode(samples: Int16Array, from: number): void {
    this.#resize(this.#encoder.encode(samples, from, this.length, this.#memory, RTP_HEADER_BYTES));
    this.isSilent = false;
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

  put(bytes: Uint8Array, length: number): void {
    for (let index = 0; index < length; index++) this.#memory[RTP_HEADER_BYTES + index] = bytes[index] ?? 0;
    this.#resize(length);
    this.isSilent = false;
  }

  silence(): void {
    if (this.#zeros !== undefined) this.encode(this.#zeros, 0);
    else if (!this.isSilent) this.bytes.fill(this.codec.silence, RTP_HEADER_BYTES);
    this.isSilent = true;
  }

  #resize(length: number): void {
    if (this.codec.isByteATick) return;
    this.bytes = this.#packets[length] ??= this.#memory.subarray(0, RTP_HEADER_BYTES + length);
  }
}
