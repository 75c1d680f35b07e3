import { kaiserWindow } from "../../kernel/index.ts";
import type { MonoSamples } from "./mono-samples.ts";

/** Filter coefficients of one input rate: `phases + 1` rows (the last for an offset that rounds up to a whole sample) of `taps` each. */
interface Filter {
  readonly phases: number;
  readonly taps: number;
  readonly rows: Float32Array;
}

/** Rates with a large common fraction share this many phases, which costs less than -80 dB of accuracy. */
const MAX_PHASES = 1024;
/** Middle of the transition and its width, as shares of the lower of both rates: 3,700 Hz and 600 Hz going down to 8,000, twice that to 16,000. */
const CUTOFF = 0.4625;
const TRANSITION = 0.075;
/** Attenuation of what would alias. */
const STOPBAND_DB = 75;

/** Sound at one rate, made piece by piece. */
export interface Resampled {
  /** Samples in all. */
  readonly length: number;
  /** Makes the samples from `first` to before `end`, in their places of `output`. */
  write(output: Int16Array, first: number, end: number): void;
}

/** Converts samples to another rate with a low-pass of windowed sinc (Kaiser) in polyphase form; no delay is left in. What comes out is 16 bit,
 * clipped. */
export function resample(input: MonoSamples, fromRateHz: number, toRateHz: number): Resampled {
  const length = Math.round((input.length * toRateHz) / fromRateHz);
  if (fromRateHz === toRateHz) {
    return {
      length,
      write(output, first, end) {
        const samples = input.read(first, Math.max(first, Math.min(end, input.length)));
        for (let index = first; index < end; index++) output[index] = toInt16(samples[index - first] ?? 0);
      },
    };
  }
  const filter = designFilter(fromRateHz, toRateHz);
  const wholeOf = (index: number) => Math.floor((index * fromRateHz) / toRateHz);
  return {
    length,
    write(output, first, end) {
      // What the filter reaches around the first and the last.
      const from = Math.max(0, wholeOf(first) - filter.taps / 2 + 1);
      const samples = input.read(from, Math.max(from, Math.min(input.length, wholeOf(end - 1) + filter.taps / 2 + 1)));
      for (let index = first; index < end; index++) {
        const numerator = index * fromRateHz;
        const whole = wholeOf(index);
        const phase = Math.round(((numerator - whole * toRateHz) / toRateHz) * filter.phases);
        output[index] = toInt16(convolve(samples, whole - from, filter, phase));
      }
    },
  };
}

function convolve(samples: Float32Array, around: number, filter: Filter, phase: number): number {
  const { taps, rows } = filter;
  const row = phase * taps;
  const first = around - taps / 2 + 1;
  const from = Math.max(0, -first);
  const to = Math.min(taps, samples.length - first);
  let sum = 0;
  for (let tap = from; tap < to; tap++) sum += (samples[first + tap] ?? 0) * (rows[row + tap] ?? 0);
  return sum;
}

function designFilter(fromRateHz: number, toRateHz: number): Filter {
  const lower = Math.min(fromRateHz, toRateHz);
  const cutoff = (CUTOFF * lower) / fromRateHz; // cycles per input sample
  const transition = (TRANSITION * lower) / fromRateHz;
  // Kaiser's formulas for the length and the shape of the window.
  const half = Math.ceil((STOPBAND_DB - 7.95) / (2.285 * 2 * Math.PI * transition) / 2);
  const beta = 0.1102 * (STOPBAND_DB - 8.7);
  const taps = half * 2;
  const phases = Math.min(MAX_PHASES, toRateHz / greatestDivisor(fromRateHz, toRateHz));
  const rows = new Float32Array((phases + 1) * taps);
  const scale = kaiserWindow(beta, 0);
  for (let phase = 0; phase <= phases; phase++) {
    const row = rows.subarray(phase * taps, (phase + 1) * taps);
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - half + 1 - phase / phases;
      const value = sinc(2 * cutoff * distance) * (kaiserWindow(beta, distance / half) / scale);
      row[tap] = value;
      sum += value;
    }
    // Each phase passes a constant unchanged, so that phases do not modulate the sound.
    for (let tap = 0; tap < taps; tap++) row[tap] = (row[tap] ?? 0) / sum;
  }
  return { phases, taps, rows };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other);
}

function toInt16(value: number): number {
  return Math.max(-0x8000, Math.min(0x7fff, Math.round(value * 0x8000)));
}
