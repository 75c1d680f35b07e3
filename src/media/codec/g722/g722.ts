import { createLowerBand, createUpperBand, type Band } from "./bands.ts";
import type { Codec, Decoder, Encoder } from "../codec.ts";
import { createMirrorFilter, type MirrorFilter } from "./mirror-filter.ts";

/** All codes of an upper band in which nothing is: the smallest difference, which is none once the steps are small. */
const EMPTY_UPPER_BAND = 0xc0;
/** The smallest difference in both bands. */
const SILENCE = EMPTY_UPPER_BAND | 61;

/** G.722 at 64 kbit/s (mode 1). At 8,000 Hz a sample is one of the lower band, and the upper band is empty: it is what a telephone carries, so that
 * nothing is worked on that would be filtered away again. At 16,000 Hz two samples are one code, of the whole band. Its clock is that of 8,000 Hz by
 * an old mistake (RFC 3551 §4.5.2). ITU-T G.722 */
export const g722: Codec = {
  ...{ name: "G722", payloadType: 9, clockTicks: 1, sampleRateHz: 16_000, isByteATick: true, bytesPerMs: 8 },
  silence: SILENCE,
  hasMemory: true,
  ticksOf: (_, start, end) => end - start,
  createEncoder: (rateHz) => (rateHz === 16_000 ? new WideEncoder() : new NarrowEncoder()),
  createDecoder: (rateHz) => (rateHz === 16_000 ? new WideDecoder() : new NarrowDecoder()),
};

class WideEncoder implements Encoder {
  readonly #filter: MirrorFilter = createMirrorFilter();
  readonly #lower: Band = createLowerBand();
  readonly #upper: Band = createUpperBand();

  encode(samples: Int16Array, from: number, count: number, output: Uint8Array, at: number): number {
    const filter = this.#filter;
    const codes = count >> 1;
    for (let index = 0; index < codes; index++) {
      filter.split(samples[from + 2 * index] ?? 0, samples[from + 2 * index + 1] ?? 0);
      output[at + index] = (this.#upper.encode(filter.upper) << 6) | this.#lower.encode(filter.lower);
    }
    return codes;
  }

  encodeNarrow(samples: Int16Array, from: number, count: number, output: Uint8Array, at: number): number {
    return encodeLower(this.#lower, samples, from, count, output, at);
  }
}

class WideDecoder implements Decoder {
  readonly #filter: MirrorFilter = createMirrorFilter();
  readonly #lower: Band = createLowerBand();
  readonly #upper: Band = createUpperBand();

  decode(bytes: Uint8Array, start: number, end: number, output: Int16Array, at: number): number {
    const filter = this.#filter;
    for (let index = 0; index < end - start; index++) {
      const code = bytes[start + index] ?? 0;
      filter.join(this.#lower.decode(code & 0x3f), this.#upper.decode(code >> 6));
      output[at + 2 * index] = filter.first;
      output[at + 2 * index + 1] = filter.second;
    }
    return 2 * (end - start);
  }
}

class NarrowEncoder implements Encoder {
  readonly #lower: Band = createLowerBand();

  encode(samples: Int16Array, from: number, count: number, output: Uint8Array, at: number): number {
    return encodeLower(this.#lower, samples, from, count, output, at);
  }
}

function encodeLower(
  lower: Band,
  samples: Int16Array,
  from: number,
  count: number,
  output: Uint8Array,
  at: number,
): number {
  for (let index = 0; index < count; index++) {
    // The filters halve what passes them.
    output[at + index] = EMPTY_UPPER_BAND | lower.encode((samples[from + index] ?? 0) >> 1);
  }
  return count;
}

class NarrowDecoder implements Decoder {
  readonly #lower: Band = createLowerBand();

  decode(bytes: Uint8Array, start: number, end: number, output: Int16Array, at: number): number {
    for (let index = 0; index < end - start; index++) {
      output[at + index] = this.#lower.decode((bytes[start + index] ?? 0) & 0x3f) * 2;
    }
    return end - start;
  }

  /** An encoder of the band goes through the same states. */
  missed(samples: Int16Array, at: number, count: number): void {
    for (let index = 0; index < count; index++) this.#lower.encode((samples[at + index] ?? 0) >> 1);
  }
}
