/** The adaptive predictor of one band: two poles and six zeros, which encoder and decoder adapt alike from what was quantized.
 * ITU-T G.722 §3.6, §4.4, §6.2.1.3; the names in brackets are those of its blocks. */
export interface Predictor {
  /** What the next sample of the band is expected to be (S). */
  readonly estimate: number;
  /** Takes the quantized difference between a sample and its estimate. */
  update(difference: number): void;
}

const ZEROS = 6;
/** What a coefficient keeps of itself with each sample, in 1/32768. */
const LEAK = 32_640;
const SECOND_POLE_LEAK = 32_512;

/** Makes one at rest. */
export function createPredictor(): Predictor {
  return new PoleZeroPredictor();
}

class PoleZeroPredictor implements Predictor {
  estimate = 0;
  /** The part of the estimate that the zeros make (SZ). */
  #zeroEstimate = 0;
  /** Coefficients of the zeros, and the differences that they weigh, doubled, the newest first. */
  readonly #zeros = new Int32Array(ZEROS);
  readonly #differences = new Int32Array(ZEROS);
  #pole1 = 0;
  #pole2 = 0;
  /** The newest two reconstructed samples, doubled (RLT), and two sums of difference and zeros' estimate (PLT). */
  #sample1 = 0;
  #sample2 = 0;
  #partial1 = 0;
  #partial2 = 0;

  update(difference: number): void {
    const partial = saturate(this.#zeroEstimate + difference);
    this.#adaptPoles(partial);
    this.#partial2 = this.#partial1;
    this.#partial1 = partial;
    this.#sample2 = this.#sample1;
    this.#sample1 = saturate(saturate(this.estimate + difference) * 2);
    const poleEstimate = ((this.#pole1 * this.#sample1) >> 15) + ((this.#pole2 * this.#sample2) >> 15);
    this.#zeroEstimate = this.#adaptZeros(difference);
    this.estimate = saturate(saturate(poleEstimate) + this.#zeroEstimate);
  }

  /** UPPOL2, UPPOL1: poles go by the signs of the last three partial sums, and stay where the filter is stable. */
  #adaptPoles(partial: number): void {
    const isLikeFirst = (partial ^ this.#partial1) >= 0;
    const slope = saturate(this.#pole1 * 4);
    const push = Math.min(isLikeFirst ? -slope : slope, 32_767) >> 7;
    const leaned = push + ((partial ^ this.#partial2) >= 0 ? 128 : -128);
    const pole2 = clamp(leaned + ((this.#pole2 * SECOND_POLE_LEAK) >> 15), 12_288);
    const pole1 = saturate((isLikeFirst ? 192 : -192) + ((this.#pole1 * LEAK) >> 15));
    this.#pole1 = clamp(pole1, 15_360 - pole2);
    this.#pole2 = pole2;
  }

  /** UPZERO: each zero goes by whether its difference has the sign of the new one, and all move on by a sample. FILTEZ: gives their estimate. */
  #adaptZeros(difference: number): number {
    const zeros = this.#zeros;
    const differences = this.#differences;
    const step = difference === 0 ? 0 : 128;
    const doubled = saturate(difference * 2);
    let sum = 0;
    for (let index = ZEROS - 1; index >= 0; index--) {
      const push = ((differences[index] ?? 0) ^ difference) >= 0 ? step : -step;
      const zero = saturate((((zeros[index] ?? 0) * LEAK) >> 15) + push);
      const next = index === 0 ? doubled : (differences[index - 1] ?? 0);
      zeros[index] = zero;
      differences[index] = next;
      sum += (zero * next) >> 15;
    }
    return saturate(sum);
  }
}

/** To what 16 bits hold. */
export function saturate(value: number): number {
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
}

function clamp(value: number, most: number): number {
  return value > most ? most : value < -most ? -most : value;
}
