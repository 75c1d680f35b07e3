import { saturate } from "./predictor.ts";

/** The quadrature mirror filters that part 16,000 samples per second into two bands of 8,000, or join them again. ITU-T G.722 §3.1, §4.4
 * Results are in fields, so that nothing is made for each pair of samples. An object is for one of the two only. */
export interface MirrorFilter {
  readonly lower: number;
  readonly upper: number;
  readonly first: number;
  readonly second: number;
  /** Takes two samples of 16 bits; their bands, of 15 bits, are in `lower` and `upper`. */
  split(first: number, second: number): void;
  /** Takes a sample of each band; two samples of 16 bits are in `first` and `second`. */
  join(lower: number, upper: number): void;
}

/** Every second one of the 24 coefficients, times 8,192; the others are the same from behind (table 11 of the Recommendation). */
const COEFFICIENTS = Int32Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11);
const TAPS = COEFFICIENTS.length;

/** Makes one without a past. */
export function createMirrorFilter(): MirrorFilter {
  return new TwoPhaseFilter();
}

class TwoPhaseFilter implements MirrorFilter {
  lower = 0;
  upper = 0;
  first = 0;
  second = 0;
  /** The newest values of both phases, each written twice, so that `TAPS` of them always lie in a row. */
  readonly #firsts = new Int32Array(2 * TAPS);
  readonly #seconds = new Int32Array(2 * TAPS);
  #at = 0;
  /** Weighed sums of the phases. */
  #firstSum = 0;
  #secondSum = 0;

  split(first: number, second: number): void {
    this.#filter(first, second);
    this.lower = limit((this.#secondSum + this.#firstSum) >> 14);
    this.upper = limit((this.#secondSum - this.#firstSum) >> 14);
  }

  join(lower: number, upper: number): void {
    this.#filter(lower + upper, lower - upper);
    this.first = saturate(this.#secondSum >> 11);
    this.second = saturate(this.#firstSum >> 11);
  }

  #filter(first: number, second: number): void {
    const firsts = this.#firsts;
    const seconds = this.#seconds;
    const at = this.#at;
    firsts[at] = firsts[at + TAPS] = first;
    seconds[at] = seconds[at + TAPS] = second;
    this.#at = at + 1 === TAPS ? 0 : at + 1;
    // From the oldest on; behind the newest when that was written at the end.
    const from = at + 1;
    let firstSum = 0;
    let secondSum = 0;
    for (let tap = 0; tap < TAPS; tap++) {
      firstSum += (firsts[from + tap] ?? 0) * (COEFFICIENTS[tap] ?? 0);
      secondSum += (seconds[from + tap] ?? 0) * (COEFFICIENTS[TAPS - 1 - tap] ?? 0);
    }
    this.#firstSum = firstSum;
    this.#secondSum = secondSum;
  }
}

function limit(value: number): number {
  return value > 16_383 ? 16_383 : value < -16_384 ? -16_384 : value;
}
