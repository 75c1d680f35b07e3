import { createNoiseEstimate, type NoiseEstimate } from "./noise-estimate.ts";
import { isKeyTone } from "./key-tone.ts";
import { createRealSpectrum, SPECTRUM_BINS, SPECTRUM_SAMPLES } from "./real-spectrum.ts";
import { createSteadyLines, type SteadyLines } from "./steady-lines.ts";

/** Samples that a suppressor takes and gives at a time: 10 ms. */
export const BLOCK_SAMPLES = 80;
/** How long samples stay in a suppressor: 20 ms. */
export const SUPPRESSOR_DELAY_SAMPLES = 2 * BLOCK_SAMPLES;

/** Takes noise that stays the same out of speech at 8,000 Hz. Until it is switched on, and some time after it is switched off, what comes out is bit
 * by bit what went in, `SUPPRESSOR_DELAY_SAMPLES` later; it sets in and ends gradually. */
export interface Suppressor {
  /** Off at first. Switching again to the same changes nothing. */
  switch(isOn: boolean): void;
  /** Whether samples pass unchanged, and will until it is switched on. */
  readonly isOff: boolean;
  /** Takes `BLOCK_SAMPLES` samples from `from` on and puts as many into `output` at `at`, which may be the same memory. */
  block(input: Int16Array, from: number, output: Int16Array, at: number): void;
}

/** Length of the windows: each sample lies in three of them. */
const WINDOW = 3 * BLOCK_SAMPLES;
/** Angle by which a tone in the middle of bin 1 turns from one frame to the next. */
const TURN_PER_BIN = (2 * Math.PI * BLOCK_SAMPLES) / SPECTRUM_SAMPLES;
/** Share of the frame before in what is known of the speech of a frame. Ephraim and Malah, "Speech enhancement using a minimum mean-square error
 * short-time spectral amplitude estimator", IEEE Transactions on Acoustics, Speech and Signal Processing 32(6), 1984. */
const FROM_BEFORE = 0.95;
/** What is left of noise: -22 dB. To take out more would make the rest sound like water. */
const FLOOR = 10 ** (-22 / 20);
/** Speech to noise is taken to be at least this, -18 dB. */
const LEAST_SPEECH = 10 ** -1.8;
/** Rumble below 60 Hz is louder than what people say there by so much that mistaking it for speech costs more than missing speech. */
const RUMBLE = [10, 4, 1.5];
/** Blocks over which it sets in and ends. */
const FADE_BLOCKS = 25;
/** Blocks until all windows of a sample are there. */
const FULL_BLOCKS = 3;

/** Makes one that is off. */
export function createSuppressor(): Suppressor {
  return new SpectralSuppressor();
}

class SpectralSuppressor implements Suppressor {
  readonly #spectrum = createRealSpectrum();
  readonly #heard = new Int16Array(WINDOW);
  readonly #windowed = new Float64Array(SPECTRUM_SAMPLES);
  readonly #overlapped = new Float64Array(WINDOW);
  readonly #power = new Float64Array(SPECTRUM_BINS);
  /** Power of the speech of the frame before. */
  readonly #speech = new Float64Array(SPECTRUM_BINS);
  #noise: NoiseEstimate = createNoiseEstimate(SPECTRUM_BINS);
  #lines: SteadyLines = createSteadyLines(SPECTRUM_BINS, TURN_PER_BIN);
  #isOn = false;
  /** 0: samples pass unchanged, `FADE_BLOCKS`: all of the noise is taken out. */
  #depth = 0;
  /** Frames since it was switched on. */
  #frames = 0;

  get isOff(): boolean {
    return !this.#isOn && this.#depth === 0;
  }

  switch(isOn: boolean): void {
    if (isOn && this.isOff) this.#begin();
    this.#isOn = isOn;
  }

  block(input: Int16Array, from: number, output: Int16Array, at: number): void {
    const heard = this.#heard;
    heard.copyWithin(0, BLOCK_SAMPLES);
    for (let index = 0; index < BLOCK_SAMPLES; index++) {
      heard[WINDOW - BLOCK_SAMPLES + index] = input[from + index] ?? 0;
    }
    if (!this.isOff) this.#frame();
    if (this.isOff || this.#frames < FULL_BLOCKS) {
      for (let index = 0; index < BLOCK_SAMPLES; index++) output[at + index] = heard[index] ?? 0;
      return;
    }
    const overlapped = this.#overlapped;
    for (let index = 0; index < BLOCK_SAMPLES; index++) {
      const sample = overlapped[index] ?? 0;
      output[at + index] = sample > 32_767 ? 32_767 : sample < -32_768 ? -32_768 : ((sample + 32_768.5) | 0) - 32_768;
    }
  }

  #begin(): void {
    this.#noise = createNoiseEstimate(SPECTRUM_BINS);
    this.#lines = createSteadyLines(SPECTRUM_BINS, TURN_PER_BIN);
    this.#frames = 0;
    this.#overlapped.fill(0);
    this.#speech.fill(0);
  }

  #frame(): void {
    const spectrum = this.#spectrum;
    const windowed = this.#windowed;
    for (let index = 0; index < WINDOW; index++) windowed[index] = (this.#heard[index] ?? 0) * (window[index] ?? 0);
    windowed.fill(0, WINDOW);
    spectrum.forward(windowed);
    this.#measure(spectrum.bins);
    // A key that is held for long would be learned as noise.
    const isKey = isKeyTone(this.#power);
    this.#lines.take(spectrum.bins, isKey, this.#depth / FADE_BLOCKS);
    if (!isKey) {
      this.#measure(spectrum.bins);
      this.#noise.take(this.#power);
    }
    this.#frames++;
    this.#fade();
    if (!isKey && this.#depth > 0) this.#attenuate(spectrum.bins);
    spectrum.inverse(windowed);
    this.#overlap(windowed);
  }

  #measure(bins: Float64Array): void {
    const power = this.#power;
    for (let bin = 0; bin < SPECTRUM_BINS; bin++) {
      const real = bins[2 * bin] ?? 0;
      const imaginary = bins[2 * bin + 1] ?? 0;
      power[bin] = real * real + imaginary * imaginary;
    }
  }

  #fade(): void {
    if (this.#isOn) {
      if (this.#noise.isKnown && this.#depth < FADE_BLOCKS) this.#depth++;
    } else if (this.#depth > 0) this.#depth--;
  }

  /** Gives each bin the gain of a Wiener filter, whose speech to noise ratio is refined by a first pass with the speech of the frame before: Plapous,
   * Marro and Scalart, "Improved signal-to-noise ratio estimation for speech enhancement", IEEE Transactions on Audio, Speech and Language
   * Processing 14(6), 2006. */
  #attenuate(bins: Float64Array): void {
    const power = this.#power;
    const speech = this.#speech;
    const noisePower = this.#noise.power;
    const share = this.#depth / FADE_BLOCKS;
    for (let bin = 0; bin < SPECTRUM_BINS; bin++) {
      const heard = power[bin] ?? 0;
      const perNoise = 1 / ((noisePower[bin] ?? 1) * (rumble[bin] ?? 1));
      const excess = heard * perNoise;
      const now = excess > 1 ? excess - 1 : 0;
      const expected = FROM_BEFORE * (speech[bin] ?? 0) * perNoise + (1 - FROM_BEFORE) * now;
      const first = expected > LEAST_SPEECH ? expected / (1 + expected) : LEAST_SPEECH / (1 + LEAST_SPEECH);
      const refined = first * first * excess;
      const gain = refined / (1 + refined);
      speech[bin] = gain * gain * heard;
      const applied = 1 + ((gain > FLOOR ? gain : FLOOR) - 1) * share;
      bins[2 * bin] = (bins[2 * bin] ?? 0) * applied;
      bins[2 * bin + 1] = (bins[2 * bin + 1] ?? 0) * applied;
    }
  }

  #overlap(samples: Float64Array): void {
    const overlapped = this.#overlapped;
    overlapped.copyWithin(0, BLOCK_SAMPLES);
    overlapped.fill(0, WINDOW - BLOCK_SAMPLES);
    for (let index = 0; index < WINDOW; index++) {
      overlapped[index] = (overlapped[index] ?? 0) + (samples[index] ?? 0) * (window[index] ?? 0);
    }
  }
}

const rumble = Float64Array.from({ length: SPECTRUM_BINS }, (_, bin) => RUMBLE[bin] ?? 1);

/** Applied before and after the transform; its square, summed over the three windows of a sample, is 1. */
const window = Float64Array.from(
  { length: WINDOW },
  (_, index) => Math.sin((Math.PI * (index + 0.5)) / WINDOW) * Math.sqrt(2 / 3),
);
