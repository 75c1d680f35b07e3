import { SAMPLE_RATE_HZ } from "../../pcm.ts";

/** Frequencies of keys: each key is one of the low ones and one of the high ones. ITU-T Q.23 */
export const LOW_HZ = [697, 770, 852, 941] as const;
export const HIGH_HZ = [1209, 1336, 1477, 1633] as const;

/** Samples of one step: 5 ms. */
export const STEP_SAMPLES = 40;

/** What is heard at the eight frequencies in the last 20 ms, and how it turned since 5 ms before. Index 0 to 3: low, 4 to 7: high. */
export interface GroupTones {
  /** Power of each tone, where one that is steady for all of the 20 ms has half the square of its peak. */
  readonly power: Float64Array;
  /** How far the phase of a tone turned over the last step beyond what its frequency does, radians from -pi to pi. */
  turnOf(tone: number): number;
  /** Power of all that is heard, weighted over the 20 ms as the tones are. */
  readonly totalPower: number;
  /** Takes the next `STEP_SAMPLES` samples. */
  step(samples: Int16Array, from: number): void;
}

const FREQUENCIES = [...LOW_HZ, ...HIGH_HZ];
const COUNT = FREQUENCIES.length;
/** How much each of the last four steps counts, as a Hann window does, in stairs: so that the tones of the two groups do not leak into each other. */
export const WEIGHTS = [0.3, 1, 1, 0.3] as const;
/** Steps of a window of 20 ms. */
export const STEPS = WEIGHTS.length;
const WEIGHT_SUM = WEIGHTS.reduce((sum, weight) => sum + weight, 0);
export const WEIGHT_SQUARES = WEIGHTS.reduce((sum, weight) => sum + weight * weight, 0);
/** Steps below this, -63 dBFS, are not looked at: no key that counts is so soft. */
export const SILENT_POWER = (32_768 * 10 ** (-63 / 20)) ** 2;
/** From the square of a tone's size in a window to its power. */
export const TO_POWER = 2 / (WEIGHT_SUM * STEP_SAMPLES) ** 2;

/** Makes it. Each step is analysed once, by Goertzel's algorithm, and the last four are added with the phases that they have by then. */
export function createGroupTones(): GroupTones {
  return new SlidingTones();
}

class SlidingTones implements GroupTones {
  readonly power = new Float64Array(COUNT);
  readonly #cross = new Float64Array(COUNT);
  readonly #dot = new Float64Array(COUNT);
  totalPower = 0;
  /** The last four steps of each tone, as if each had begun when the newest did. */
  readonly #real = new Float64Array(COUNT * STEPS);
  readonly #imaginary = new Float64Array(COUNT * STEPS);
  readonly #energy = new Float64Array(STEPS);
  readonly #lastReal = new Float64Array(COUNT);
  readonly #lastImaginary = new Float64Array(COUNT);
  #newest = 0;

  turnOf(tone: number): number {
    return Math.atan2(this.#cross[tone] ?? 0, this.#dot[tone] ?? 0);
  }

  step(samples: Int16Array, from: number): void {
    this.#newest = (this.#newest + 1) % STEPS;
    this.#measureEnergy(samples, from);
    if ((this.#energy[this.#newest] ?? 0) < SILENT_POWER * STEP_SAMPLES) this.#leaveOut();
    else {
      this.#analyse(samples, from, 0);
      this.#analyse(samples, from, LOW_HZ.length);
    }
    for (let tone = 0; tone < COUNT; tone++) this.#sum(tone);
  }

  #measureEnergy(samples: Int16Array, from: number): void {
    let energy = 0;
    for (let index = from; index < from + STEP_SAMPLES; index++) {
      const sample = samples[index] ?? 0;
      energy += sample * sample;
    }
    this.#energy[this.#newest] = energy;
    let total = 0;
    for (let age = 0; age < STEPS; age++) {
      const weight = WEIGHTS[age] ?? 0;
      total += weight * weight * (this.#energy[(this.#newest + STEPS - age) % STEPS] ?? 0);
    }
    this.totalPower = total / (WEIGHT_SQUARES * STEP_SAMPLES);
  }

  /** A step of silence has no tones. */
  #leaveOut(): void {
    for (let at = this.#newest; at < COUNT * STEPS; at += STEPS) this.#real[at] = this.#imaginary[at] = 0;
  }

  /** Four tones at once, since each of them alone would wait for its own last result; each in a variable, since taking them from an array at once
   * costs more than the step. */
  #analyse(samples: Int16Array, from: number, first: number): void {
    const factor0 = factors[first] ?? 0;
    const factor1 = factors[first + 1] ?? 0;
    const factor2 = factors[first + 2] ?? 0;
    const factor3 = factors[first + 3] ?? 0;
    let before0 = 0;
    let before1 = 0;
    let before2 = 0;
    let before3 = 0;
    let last0 = 0;
    let last1 = 0;
    let last2 = 0;
    let last3 = 0;
    for (let index = from; index < from + STEP_SAMPLES; index += 2) {
      // In pairs, so that no result has to be moved, and first what does not wait for the last one.
      const sample = samples[index] ?? 0;
      before0 = sample - before0 + factor0 * last0;
      before1 = sample - before1 + factor1 * last1;
      before2 = sample - before2 + factor2 * last2;
      before3 = sample - before3 + factor3 * last3;
      const next = samples[index + 1] ?? 0;
      last0 = next - last0 + factor0 * before0;
      last1 = next - last1 + factor1 * before1;
      last2 = next - last2 + factor2 * before2;
      last3 = next - last3 + factor3 * before3;
    }
    this.#keep(first, last0, before0);
    this.#keep(first + 1, last1, before1);
    this.#keep(first + 2, last2, before2);
    this.#keep(first + 3, last3, before3);
  }

  /** Phase and size of a tone, with respect to the sample behind the step. */
  #keep(tone: number, last: number, before: number): void {
    const at = tone * STEPS + this.#newest;
    this.#real[at] = (cosines[tone] ?? 0) * last - before;
    this.#imaginary[at] = (sines[tone] ?? 0) * last;
  }

  /** Adds the steps, each turned on to the newest. */
  #sum(tone: number): void {
    const c = stepCosines[tone] ?? 0;
    const s = stepSines[tone] ?? 0;
    let real = 0;
    let imaginary = 0;
    for (let age = STEPS - 1; age >= 0; age--) {
      const at = tone * STEPS + ((this.#newest + STEPS - age) % STEPS);
      const weight = WEIGHTS[age] ?? 0;
      const turnedReal = real * c - imaginary * s;
      imaginary = real * s + imaginary * c + weight * (this.#imaginary[at] ?? 0);
      real = turnedReal + weight * (this.#real[at] ?? 0);
    }
    const lastReal = this.#lastReal[tone] ?? 0;
    const lastImaginary = this.#lastImaginary[tone] ?? 0;
    const expectedReal = lastReal * c - lastImaginary * s;
    const expectedImaginary = lastReal * s + lastImaginary * c;
    this.#cross[tone] = imaginary * expectedReal - real * expectedImaginary;
    this.#dot[tone] = real * expectedReal + imaginary * expectedImaginary;
    this.#lastReal[tone] = real;
    this.#lastImaginary[tone] = imaginary;
    this.power[tone] = (real * real + imaginary * imaginary) * TO_POWER;
  }
}

const angles = FREQUENCIES.map((hz) => (2 * Math.PI * hz) / SAMPLE_RATE_HZ);
const cosines = Float64Array.from(angles, Math.cos);
const sines = Float64Array.from(angles, Math.sin);
/** Twice the cosine of each tone. */
export const factors = cosines.map((cosine) => 2 * cosine);
const stepCosines = Float64Array.from(angles, (angle) => Math.cos(angle * STEP_SAMPLES));
const stepSines = Float64Array.from(angles, (angle) => Math.sin(angle * STEP_SAMPLES));
