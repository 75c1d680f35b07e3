import { opusLibrary, type OpusLibrary } from "./library.ts";
import { opusTicks } from "./packet.ts";
import type { Codec, Decoder, Encoder, EncoderTuning, SampleRate } from "../codec.ts";

/** The longest packet that is taken, and the longest that is made: far more than speech needs. */
const MOST_BYTES_IN = 1500;
const MOST_BYTES_OUT = 640;
/** 120 ms of 48,000 Hz. */
const MOST_SAMPLES = 5760;

/** Requests to an encoder and their values. opus_defines.h of libopus */
const VOICE_APPLICATION = 2048;
const SET_BITRATE = 4002;
const SET_COMPLEXITY = 4010;
const SET_INBAND_FEC = 4012;
const SET_PACKET_LOSS = 4014;
const SET_SIGNAL = 4024;
const VOICE_SIGNAL = 3001;
/** Which of its two coders it uses. Of opus_private.h: what decides by itself takes SILK for speech, whatever that costs. */
const SET_FORCE_MODE = 11_002;
const CELT_ONLY = 1002;
const AUTO = -1000;

/** Bits per second of speech up to 8,000 Hz that nobody can tell from the original, and of what goes beyond. RFC 7587 §3.1.1 */
const BITRATE = { speech: 24_000, all: 40_000 } as const;
const COMPLEXITY = { usual: 5, busy: 0 } as const;
/** CELT takes a third of the time that SILK takes at its quickest, and more bits for the same quality. It cannot repeat what is lost. */
const CELT_BITRATE = { speech: 32_000, all: 48_000 } as const;
/** Loss from which on packets repeat the one before them. */
const LOSS_PERCENT_FOR_REPETITION = 2;
/** So many silent frames are encoded; then the encoder has nothing new to say. */
const FRAMES_INTO_SILENCE = 10;

/** Opus, one channel, for speech. RFC 6716, RFC 7587 */
export const opus: Codec = {
  ...{ name: "opus", payloadType: undefined, clockTicks: 6, sampleRateHz: 48_000, isByteATick: false },
  bytesPerMs: 64,
  silence: 0,
  hasMemory: true,
  ticksOf: opusTicks,
  createEncoder: (rateHz = 8000) => new OpusEncoder(rateHz),
  createDecoder: (rateHz = 8000) => new OpusDecoder(rateHz),
};

/** Gives memory back whose owner is gone. */
const owners = new FinalizationRegistry<{ readonly library: OpusLibrary; readonly address: number }>(
  ({ library, address }) => library.free(address),
);

/** Memory of libopus that belongs to one coder: its state, and room for samples and a packet. */
class Workplace {
  readonly library: OpusLibrary;
  readonly state: number;
  readonly packet: number;
  readonly pcm: number;
  #buffer: ArrayBuffer | undefined;
  #bytes = new Uint8Array(0);
  #samples = new Int16Array(0);

  constructor(library: OpusLibrary, stateBytes: number) {
    this.library = library;
    const sampleBytes = 2 * MOST_SAMPLES;
    this.pcm = library.malloc(sampleBytes + MOST_BYTES_IN + stateBytes + 16);
    this.packet = this.pcm + sampleBytes;
    this.state = (this.packet + MOST_BYTES_IN + 15) & ~15;
    owners.register(this, { library, address: this.pcm });
  }

  get bytes(): Uint8Array {
    this.#look();
    return this.#bytes;
  }

  get samples(): Int16Array {
    this.#look();
    return this.#samples;
  }

  /** When its memory grows, what was made of it before is of no use. */
  #look(): void {
    const { buffer } = this.library.memory;
    if (buffer === this.#buffer) return;
    this.#buffer = buffer;
    this.#bytes = new Uint8Array(buffer, this.packet, MOST_BYTES_IN);
    this.#samples = new Int16Array(buffer, this.pcm, MOST_SAMPLES);
  }
}

class OpusEncoder implements Encoder {
  readonly #work: Workplace;
  readonly #band: keyof typeof BITRATE;
  /** Frames of silence in a row. */
  #silent = 0;
  /** Length of the latest packet, and of its frame. */
  #length = 0;
  #count = 0;

  constructor(rateHz: SampleRate) {
    const library = opusLibrary();
    this.#band = rateHz > 16_000 ? "all" : "speech";
    this.#work = new Workplace(library, library.opus_encoder_get_size(1));
    library.opus_encoder_init(this.#work.state, rateHz, 1, VOICE_APPLICATION);
    this.#set(SET_SIGNAL, VOICE_SIGNAL);
    this.tune({ isBusy: false, lossPercent: 0 });
  }

  /** What is silent for longer is the same packet again and again: nothing is worked on for it. */
  encode(samples: Int16Array, from: number, count: number, output: Uint8Array, at: number): number {
    const { library, state, pcm, packet } = this.#work;
    const isSilent = isZero(samples, from, count);
    this.#silent = isSilent && count === this.#count ? this.#silent + 1 : 0;
    this.#count = count;
    if (this.#silent <= FRAMES_INTO_SILENCE) {
      const input = this.#work.samples;
      for (let index = 0; index < count; index++) input[index] = samples[from + index] ?? 0;
      const room = Math.min(MOST_BYTES_OUT, output.length - at);
      this.#length = Math.max(0, library.opus_encode(state, pcm, count, packet, room));
    }
    const { bytes } = this.#work;
    for (let index = 0; index < this.#length; index++) output[at + index] = bytes[index] ?? 0;
    return this.#length;
  }

  tune({ isBusy, lossPercent }: EncoderTuning): void {
    this.#set(SET_COMPLEXITY, isBusy ? COMPLEXITY.busy : COMPLEXITY.usual);
    const counted = lossPercent > LOSS_PERCENT_FOR_REPETITION ? Math.min(100, Math.round(lossPercent)) : 0;
    const isCelt = isBusy && counted === 0;
    this.#set(SET_FORCE_MODE, isCelt ? CELT_ONLY : AUTO);
    this.#set(SET_BITRATE, (isCelt ? CELT_BITRATE : BITRATE)[this.#band]);
    this.#set(SET_INBAND_FEC, counted > 0 ? 1 : 0);
    this.#set(SET_PACKET_LOSS, counted);
  }

  #set(request: number, value: number): void {
    this.#work.library.opus_encoder_ctl_set(this.#work.state, request, value);
  }
}

class OpusDecoder implements Decoder {
  readonly #work: Workplace;
  readonly #samplesPerTick: number;

  constructor(rateHz: SampleRate) {
    const library = opusLibrary();
    this.#samplesPerTick = rateHz / 8000;
    this.#work = new Workplace(library, library.opus_decoder_get_size(1));
    library.opus_decoder_init(this.#work.state, rateHz, 1);
  }

  /** What cannot be decoded is silence, as long as it says that it is. */
  decode(bytes: Uint8Array, start: number, end: number, output: Int16Array, at: number): number {
    const count = opusTicks(bytes, start, end) * this.#samplesPerTick;
    if (end - start > MOST_BYTES_IN) return silence(output, at, count);
    return this.#run(bytes, start, end, count, 0, output, at);
  }

  conceal(output: Int16Array, at: number, count: number): number {
    return this.#run(output, 0, 0, count, 0, output, at);
  }

  recover(bytes: Uint8Array, start: number, end: number, output: Int16Array, at: number, count: number): number {
    if (end - start > MOST_BYTES_IN) return silence(output, at, count);
    return this.#run(bytes, start, end, count, 1, output, at);
  }

  #run(
    bytes: Uint8Array | Int16Array,
    start: number,
    end: number,
    count: number,
    isOfBefore: 0 | 1,
    output: Int16Array,
    at: number,
  ): number {
    const { library, state, pcm, packet } = this.#work;
    const input = this.#work.bytes;
    const length = end - start;
    for (let index = 0; index < length; index++) input[index] = bytes[start + index] ?? 0;
    const made = library.opus_decode(state, packet, length, pcm, count, isOfBefore);
    if (made !== count) return silence(output, at, count);
    const samples = this.#work.samples;
    for (let index = 0; index < count; index++) output[at + index] = samples[index] ?? 0;
    return count;
  }
}

function silence(output: Int16Array, at: number, count: number): number {
  output.fill(0, at, at + count);
  return count;
}

function isZero(samples: Int16Array, from: number, count: number): boolean {
  for (let index = 0; index < count; index++) {
    if (samples[from + index] !== 0) return false;
  }
  return true;
}
