import { createLowerBand, createUpperBand, type Band } from "./bands.ts";
import { createMirrorFilter, type MirrorFilter } from "./mirror-filter.ts";

/** Samples to codes of one byte, which hold 6 bits of the lower band and 2 of the upper. One object per stream. */
export interface G722Encoder {
  /** Encodes the next samples of the stream, from `from` on, into `count` codes in `output` at `at`. */
  encode(samples: Int16Array, from: number, count: number, output: Uint8Array, at: number): void;
}

/** The way back. */
export interface G722Decoder {
  /** Decodes the next `count` codes of the stream, from `start` on, into `output` at `at`. */
  decode(codes: Uint8Array, start: number, count: number, output: Int16Array, at: number): void;
}

/** All codes of an upper band in which nothing is: the smallest difference, which is none once the steps are small. */
const EMPTY_UPPER_BAND = 0xc0;

/** The whole coder at 64 kbit/s (mode 1): two samples of 16,000 Hz are one code. ITU-T G.722 */
export function createG722Encoder(): G722Encoder {
  return new WideEncoder();
}

/** The whole decoder: each code becomes two samples of 16,000 Hz. */
export function createG722Decoder(): G722Decoder {
  return new WideDecoder();
}

/** A coder for audio of 8,000 Hz: each sample is that of the lower band, and the upper band is empty. */
export function createNarrowG722Encoder(): G722Encoder {
  return new NarrowEncoder();
}

/** A decoder to 8,000 Hz: the lower band alone is what a telephone carries, so that nothing is decoded that would be filtered away again. */
export function createNarrowG722Decoder(): G722Decoder {
  return new NarrowDecoder();
}

class WideEncoder implements G722Encoder {
  readonly #filter: MirrorFilter = createMirrorFilter();
  readonly #lower: Band = createLowerBand();
  readonly #upper: Band = createUpperBand();

  encode(samples: Int16Array, from: number, count: number, output: Uint8Array, at: number): void {
    const filter = this.#filter;
    for (let index = 0; index < count; index++) {
      filter.split(samples[from + 2 * index] ?? 0, samples[from + 2 * index + 1] ?? 0);
      output[at + index] = (this.#upper.encode(filter.upper) << 6) | this.#lower.encode(filter.lower);
    }
  }
}

class WideDecoder implements G722Decoder {
  readonly #filter: MirrorFilter = createMirrorFilter();
  readonly #lower: Band = createLowerBand();
  readonly #upper: Band = createUpperBand();

  decode(codes: Uint8Array, start: number, count: number, output: Int16Array, at: number): void {
    const filter = this.#filter;
    for (let index = 0; index < count; index++) {
      const code = codes[start + index] ?? 0;
      filter.join(this.#lower.decode(code & 0x3f), this.#upper.decode(code >> 6));
      output[at + 2 * index] = filter.first;
      output[at + 2 * index + 1] = filter.second;
    }
  }
}

class NarrowEncoder implements G722Encoder {
  readonly #lower: Band = createLowerBand();

  encode(samples: Int16Array, from: number, count: number, output: Uint8Array, at: number): void {
    for (let index = 0; index < count; index++) {
      // The filters halve what passes them.
      output[at + index] = EMPTY_UPPER_BAND | this.#lower.encode((samples[from + index] ?? 0) >> 1);
    }
  }
}

class NarrowDecoder implements G722Decoder {
  readonly #lower: Band = createLowerBand();

  decode(codes: Uint8Array, start: number, count: number, output: Int16Array, at: number): void {
    for (let index = 0; index < count; index++) {
      output[at + index] = this.#lower.decode((codes[start + index] ?? 0) & 0x3f) * 2;
    }
  }
}
