import { createPredictor, type Predictor } from "./predictor.ts";

/** ADPCM of one band of G.722, one way: a code is the difference between a sample and what was expected of it, in steps whose size follows the
 * signal. A coder and a decoder that saw the same codes are in the same state. ITU-T G.722 §3, §4; the names in brackets are those of its
 * tables (§6.2). */
export interface Band {
  /** Takes a sample of 15 bits, gives its code. */
  encode(sample: number): number;
  /** Takes a code, gives its sample of 15 bits. */
  decode(code: number): number;
}

/** The lower band, 0 to 4,000 Hz: codes of 6 bits, of which the upper 4 adapt it. */
export function createLowerBand(): Band {
  return new AdaptiveBand(LOWER);
}

/** The upper band, 4,000 to 8,000 Hz: codes of 2 bits. */
export function createUpperBand(): Band {
  return new AdaptiveBand(UPPER);
}

/** What differs between the bands. */
interface Quantizer {
  /** Upper bounds of the magnitudes of a difference but the largest, in 1/4096 of the step (Q6). */
  readonly bounds: Int32Array;
  /** Codes of positive and negative differences by magnitude (ILP and ILN, IHP and IHN). */
  readonly positive: Uint8Array;
  readonly negative: Uint8Array;
  /** What each code stands for, in 1/32768 of the step (QM6, QM2). */
  readonly levels: Int32Array;
  /** Bits of a code that do not adapt the band. */
  readonly extraBits: number;
  /** By the bits that adapt: what they stand for (QM4, QM2), and how they move the logarithm of the step (WL, WH). */
  readonly adaptingLevels: Int32Array;
  readonly moves: Int32Array;
  /** Largest logarithm of the step, in 1/2048 of a factor of two, and the one that is 8,192. */
  readonly largestLog: number;
  readonly exponent: number;
}

const MAGNITUDES = 30;

const LOWER: Quantizer = {
  bounds: Int32Array.of(
    ...[35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219, 1339],
    ...[1458, 1612, 1765, 1980, 2195, 2557, 2919],
  ),
  // Codes count down with the magnitude; the two smallest negative ones are at the top, so that no code begins with four zeros.
  positive: Uint8Array.from({ length: MAGNITUDES }, (_, magnitude) => 61 - magnitude),
  negative: Uint8Array.from({ length: MAGNITUDES }, (_, magnitude) => (magnitude < 2 ? 63 : 33) - magnitude),
  levels: lowerLevels(),
  extraBits: 2,
  adaptingLevels: Int32Array.of(
    ...[0, -20_456, -12_896, -8968, -6288, -4240, -2584, -1200],
    ...[20_456, 12_896, 8968, 6288, 4240, 2584, 1200, 0],
  ),
  moves: Int32Array.of(...[-60, 3042, 1198, 538, 334, 172, 58, -30], ...[3042, 1198, 538, 334, 172, 58, -30, -60]),
  largestLog: 18_432,
  exponent: 8,
};

const UPPER: Quantizer = {
  bounds: Int32Array.of(564),
  positive: Uint8Array.of(3, 2),
  negative: Uint8Array.of(1, 0),
  levels: Int32Array.of(-7408, -1616, 7408, 1616),
  extraBits: 0,
  adaptingLevels: Int32Array.of(-7408, -1616, 7408, 1616),
  moves: Int32Array.of(798, -214, 798, -214),
  largestLog: 22_528,
  exponent: 10,
};

/** Powers of two in 32 parts, times 2,048 (ILB). */
const POWERS = Int32Array.from({ length: 32 }, (_, part) => Math.round(2048 * 2 ** (part / 32)));

class AdaptiveBand implements Band {
  readonly #quantizer: Quantizer;
  readonly #predictor: Predictor = createPredictor();
  #log = 0;
  #step: number;

  constructor(quantizer: Quantizer) {
    this.#quantizer = quantizer;
    this.#step = stepOf(0, quantizer.exponent);
  }

  encode(sample: number): number {
    const { positive, negative } = this.#quantizer;
    const difference = sample - this.#predictor.estimate;
    const code = (difference >= 0 ? positive : negative)[this.#magnitudeOf(difference)] ?? 0;
    this.#adapt(code);
    return code;
  }

  decode(code: number): number {
    const difference = (this.#step * (this.#quantizer.levels[code] ?? 0)) >> 15;
    const sample = this.#predictor.estimate + difference;
    this.#adapt(code);
    return sample > 16_383 ? 16_383 : sample < -16_384 ? -16_384 : sample;
  }

  /** How many bounds a difference reaches (QUANTL, QUANTH), by halves. */
  #magnitudeOf(difference: number): number {
    const { bounds } = this.#quantizer;
    const size = difference >= 0 ? difference : -difference - 1;
    let from = 0;
    let to = bounds.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (size < ((bounds[middle] ?? 0) * this.#step) >> 12) to = middle;
      else from = middle + 1;
    }
    return from;
  }

  /** INVQAL, LOGSCL, SCALEL, and the same of the upper band. */
  #adapt(code: number): void {
    const { extraBits, adaptingLevels, moves, largestLog, exponent } = this.#quantizer;
    const adapting = code >> extraBits;
    this.#predictor.update((this.#step * (adaptingLevels[adapting] ?? 0)) >> 15);
    const log = ((this.#log * 127) >> 7) + (moves[adapting] ?? 0);
    this.#log = log < 0 ? 0 : log > largestLog ? largestLog : log;
    this.#step = stepOf(this.#log, exponent);
  }
}

function stepOf(log: number, exponent: number): number {
  const shift = exponent - (log >> 11);
  const power = POWERS[(log >> 6) & 31] ?? 0;
  return (shift < 0 ? power << -shift : power >> shift) << 2;
}

/** Codes that no magnitude has come from errors of the line only; they are taken for the smallest. */
function lowerLevels(): Int32Array {
  const magnitudes = [
    ...[136, 432, 728, 1040, 1360, 1688, 2032, 2400, 2776, 3168, 3576, 4008, 4464, 4944, 5456, 6000, 6576, 7192, 7856],
    ...[8576, 9360, 10_232, 11_192, 12_280, 13_512, 14_984, 16_704, 19_008, 21_904, 24_808],
  ];
  return Int32Array.from({ length: 64 }, (_, code) => {
    if (code < 4) return -136;
    if (code >= 62) return -(magnitudes[63 - code] ?? 0);
    return code < 32 ? -(magnitudes[33 - code] ?? 0) : (magnitudes[61 - code] ?? 0);
  });
}
