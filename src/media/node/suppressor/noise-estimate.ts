/** How loud the noise of each bin of a spectrum is, as long as somebody may be speaking over it. */
export interface NoiseEstimate {
  /** Power of the noise in each bin. */
  readonly power: Float64Array;
  /** Whether enough was heard to go by it. */
  readonly isKnown: boolean;
  /** Takes the power of each bin of the next frame, of which there are 100 a second. */
  take(power: Float64Array): void;
}

/** Frames whose mean is the first estimate. */
const FIRST_FRAMES = 12;
/** Share of the old estimate in the new one, at first and later on: noise that stays is known better from frame to frame. */
const QUICK = 0.85;
const SLOW = 0.97;
/** Speech, where there is any, is taken to be this much stronger than the noise (15 dB). */
const SPEECH_TO_NOISE = 10 ** 1.5;
/** Neighbouring bins are looked at together; what they say counts as so many independent values. */
const NEIGHBOUR_WEIGHT = 0.5;
const INDEPENDENT_VALUES = 1.5;
/** The lowest power of each bin within two seconds, in parts, is never far below its noise: nobody speaks at one pitch for that long. */
const PART_FRAMES = 25;
const PARTS = 8;
const SMOOTHING = 0.8;
const SMOOTH_FRAMES = 6;
/** The lowest smoothed power of noise is below its mean; noise is at least this many times the lowest, and at first at most. */
const AT_LEAST = 1;
const AT_MOST = 3;
const YOUNG_FRAMES = 60;
/** The transform of rounded samples has at least about this power in each bin; it keeps digital silence from counting as no noise at all. */
const LEAST_POWER = 1;
/** Steps of the table below in one unit, and its end, where all is speech. */
const TABLE_STEPS = 16;
const TABLE_END = 16;

/** Chance of speech by how many times the noise is exceeded, for speech of a known strength: Gerkmann and Hendriks, "Unbiased MMSE-based noise
 * power estimation with low complexity and low tracking delay", IEEE Transactions on Audio, Speech and Language Processing 20(4), 2012. */
const speechChance = Float64Array.from({ length: TABLE_STEPS * TABLE_END + 1 }, (_, step) => {
  const exponent = ((step / TABLE_STEPS) * INDEPENDENT_VALUES * SPEECH_TO_NOISE) / (1 + SPEECH_TO_NOISE);
  return 1 / (1 + (1 + SPEECH_TO_NOISE) * Math.exp(-exponent));
});

/** Starts an estimate that knows nothing. What exceeds the noise as speech does leaves it as it is; noise that has become louder is found by the
 * lowest power of the last seconds (Martin, "Noise power spectral density estimation based on optimal smoothing and minimum statistics", IEEE
 * Transactions on Speech and Audio Processing 9(5), 2001). */
export function createNoiseEstimate(bins: number): NoiseEstimate {
  return new Estimate(bins);
}

class Estimate implements NoiseEstimate {
  readonly power: Float64Array;
  readonly #excess: Float64Array;
  readonly #smoothed: Float64Array;
  /** The lowest of `#smoothed` in the part at hand, in each of the parts before it, and in all of these. */
  readonly #lowest: Float64Array;
  readonly #lowestBefore: Float64Array[];
  readonly #lowestOfAll: Float64Array;
  #frames = 0;

  constructor(bins: number) {
    this.power = new Float64Array(bins);
    this.#excess = new Float64Array(bins);
    this.#smoothed = new Float64Array(bins);
    this.#lowest = new Float64Array(bins).fill(Infinity);
    this.#lowestOfAll = new Float64Array(bins).fill(Infinity);
    this.#lowestBefore = Array.from({ length: PARTS }, () => new Float64Array(bins).fill(Infinity));
  }

  get isKnown(): boolean {
    return this.#frames >= FIRST_FRAMES;
  }

  take(power: Float64Array): void {
    this.#frames++;
    this.#trackLowest(power);
    if (this.#frames <= FIRST_FRAMES) this.#average(power);
    else this.#update(power);
    if (this.#frames % PART_FRAMES === 0) this.#nextPart();
  }

  #trackLowest(power: Float64Array): void {
    const smoothed = this.#smoothed;
    const lowest = this.#lowest;
    const old = this.#frames === 1 ? 0 : SMOOTHING;
    const isSmooth = this.#frames >= SMOOTH_FRAMES;
    for (let bin = 0; bin < smoothed.length; bin++) {
      const value = old * (smoothed[bin] ?? 0) + (1 - old) * (power[bin] ?? 0);
      smoothed[bin] = value;
      if (isSmooth && value < (lowest[bin] ?? 0)) lowest[bin] = value;
    }
  }

  #average(power: Float64Array): void {
    const noise = this.power;
    for (let bin = 0; bin < noise.length; bin++) {
      const before = noise[bin] ?? 0;
      noise[bin] = Math.max(LEAST_POWER, before + ((power[bin] ?? 0) - before) / this.#frames);
    }
  }

  #update(power: Float64Array): void {
    const noise = this.power;
    const excess = this.#excess;
    for (let bin = 0; bin < noise.length; bin++) excess[bin] = (power[bin] ?? 0) / (noise[bin] ?? 1);
    const last = noise.length - 1;
    const mostOld = Math.max(QUICK, Math.min(SLOW, 1 - 1 / this.#frames));
    const isYoung = this.#frames < YOUNG_FRAMES;
    for (let bin = 0; bin <= last; bin++) {
      const own = excess[bin] ?? 0;
      const beside = (excess[bin === 0 ? 1 : bin - 1] ?? 0) + (excess[bin === last ? last - 1 : bin + 1] ?? 0);
      const together = (own + NEIGHBOUR_WEIGHT * beside) / (1 + 2 * NEIGHBOUR_WEIGHT);
      const chance = speechChance[(Math.min(together, TABLE_END) * TABLE_STEPS) | 0] ?? 1;
      const before = noise[bin] ?? 0;
      const after = before + (1 - mostOld) * (1 - chance) * ((power[bin] ?? 0) - before);
      noise[bin] = Math.max(this.#bounded(after, bin, isYoung), LEAST_POWER);
    }
  }

  #bounded(noise: number, bin: number, isYoung: boolean): number {
    const before = this.#lowestOfAll[bin] ?? 0;
    if (!isYoung) return Math.max(noise, before * AT_LEAST);
    return Math.min(noise, Math.min(before, this.#lowest[bin] ?? 0) * AT_MOST);
  }

  /** The oldest part makes room for the one that ends. */
  #nextPart(): void {
    const oldest = this.#lowestBefore.shift();
    if (oldest === undefined) return;
    oldest.set(this.#lowest);
    this.#lowestBefore.push(oldest);
    this.#lowest.fill(Infinity);
    this.#lowestOfAll.fill(Infinity);
    for (const part of this.#lowestBefore) {
      for (let bin = 0; bin < part.length; bin++) {
        if ((part[bin] ?? 0) < (this.#lowestOfAll[bin] ?? 0)) this.#lowestOfAll[bin] = part[bin] ?? 0;
      }
    }
  }
}
