import FFT from "fft.js";

/** Samples of one transform. */
export const SPECTRUM_SAMPLES = 256;
/** Bins from 0 Hz to half the sample rate. */
export const SPECTRUM_BINS = SPECTRUM_SAMPLES / 2 + 1;

/** Spectrum of real samples and back, in memory that is made once. */
export interface RealSpectrum {
  /** Real and imaginary part of each bin by turns, `2 * SPECTRUM_BINS` numbers; may be changed between the two. */
  readonly bins: Float64Array;
  /** Turns `SPECTRUM_SAMPLES` samples into `bins`. */
  forward(samples: Float64Array): void;
  /** Turns `bins` into samples. */
  inverse(samples: Float64Array): void;
}

const HALF = SPECTRUM_SAMPLES / 2;

/** Makes one. Two neighbouring real samples go through the transform as one complex number, at half the length: that halves the work, which is
 * why the spectrum has to be taken apart afterwards. */
export function createRealSpectrum(): RealSpectrum {
  const fft = new FFT(HALF);
  const bins = new Float64Array(2 * SPECTRUM_BINS);
  const packed = new Float64Array(SPECTRUM_SAMPLES);
  const cosine = Float64Array.from({ length: HALF + 1 }, (_, bin) => Math.cos((Math.PI * bin) / HALF));
  const sine = Float64Array.from({ length: HALF + 1 }, (_, bin) => Math.sin((Math.PI * bin) / HALF));

  return {
    bins,
    forward(samples) {
      fft.transform(packed, samples);
      for (let bin = 0; bin <= HALF; bin++) {
        const at = 2 * (bin % HALF);
        const mirror = 2 * ((HALF - bin) % HALF);
        const real = packed[at] ?? 0;
        const imaginary = packed[at + 1] ?? 0;
        const mirrorReal = packed[mirror] ?? 0;
        const mirrorImaginary = -(packed[mirror + 1] ?? 0);
        const oddReal = (imaginary - mirrorImaginary) / 2;
        const oddImaginary = (mirrorReal - real) / 2;
        const c = cosine[bin] ?? 0;
        const s = sine[bin] ?? 0;
        bins[2 * bin] = (real + mirrorReal) / 2 + c * oddReal + s * oddImaginary;
        bins[2 * bin + 1] = (imaginary + mirrorImaginary) / 2 + c * oddImaginary - s * oddReal;
      }
    },
    inverse(samples) {
      for (let bin = 0; bin < HALF; bin++) {
        const mirror = 2 * (HALF - bin);
        const real = bins[2 * bin] ?? 0;
        const imaginary = bins[2 * bin + 1] ?? 0;
        const mirrorReal = bins[mirror] ?? 0;
        const mirrorImaginary = -(bins[mirror + 1] ?? 0);
        const differenceReal = (real - mirrorReal) / 2;
        const differenceImaginary = (imaginary - mirrorImaginary) / 2;
        const c = cosine[bin] ?? 0;
        const s = sine[bin] ?? 0;
        const oddReal = c * differenceReal - s * differenceImaginary;
        const oddImaginary = c * differenceImaginary + s * differenceReal;
        packed[2 * bin] = (real + mirrorReal) / 2 - oddImaginary;
        packed[2 * bin + 1] = (imaginary + mirrorImaginary) / 2 + oddReal;
      }
      fft.inverseTransform(samples, packed);
    },
  };
}
