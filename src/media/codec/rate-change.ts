import { kaiserWindow } from "../../kernel/index.ts";

/** Changes the rate of a stream of samples by a whole factor. What a frame needs of the one before it is remembered. */
export interface RateChange {
  /** Takes the first `count` samples of `input`, and writes what comes of them from the beginning of `output` on: `count` times or divided by the
   * factor. */
  run(input: Int16Array, count: number, output: Int16Array): void;
}

/** Taps for each sample of the lower rate: up to 3,400 Hz of 8,000 nothing is lost, and what would alias is 50 dB below. */
const TAPS = 20;
/** Of what is made by `createUpsampler`, samples of the lower rate. */
export const UPSAMPLER_DELAY = TAPS / 2;
const KAISER_BETA = 4.53;
/** Middle of the transition: half of the lower rate, so that with a factor of two every second tap is nothing. */
const CUTOFF = 0.5;
/** Below this a tap is nothing. */
const LEAST_GAIN = 1e-6;
/** Sums that are worked out side by side: each sample is read once for all of them. */
const AT_ONCE = 4;

/** Makes one to a rate that is `factor` times as high. The delay is `UPSAMPLER_DELAY`. */
export function createUpsampler(factor: number): RateChange {
  const filters = filtersOf(factor, factor);
  const line = new Line();
  const room = new Sums();
  return {
    run(input, count, output) {
      line.take(input, 0, 1, count);
      for (let phase = 0; phase < factor; phase++) {
        const sums = room.zeros(count);
        addFiltered(line.samples, filters[phase] ?? NO_FILTER, count, sums);
        round(sums, count, output, phase, factor);
      }
      line.keep(count);
    },
  };
}

/** Makes one to a rate that is `factor` times as low; frames are multiples of `factor` samples. */
export function createDownsampler(factor: number): RateChange {
  const phases = filtersOf(factor, 1).map((filter) => ({ filter, line: new Line() }));
  const room = new Sums();
  return {
    run(input, count, output) {
      const made = count / factor;
      const sums = room.zeros(made);
      for (let phase = 0; phase < factor; phase++) {
        const { filter, line } = phases[phase] ?? NO_PHASE;
        line.take(input, factor - 1 - phase, factor, made);
        addFiltered(line.samples, filter, made, sums);
        line.keep(made);
      }
      round(sums, made, output, 0, 1);
    },
  };
}

/** What is multiplied with the samples from `back` before on, the oldest first. */
interface Filter {
  readonly back: number;
  readonly gains: Float64Array;
}

/** Samples of the lower rate at one phase of the higher, behind those before them that a filter reaches. */
class Line {
  samples = new Float64Array(TAPS);

  /** Takes `count` samples, each `step` behind the one before. */
  take(input: Int16Array, from: number, step: number, count: number): void {
    if (this.samples.length < TAPS + count + AT_ONCE) {
      const longer = new Float64Array(TAPS + count + AT_ONCE);
      longer.set(this.samples.subarray(0, TAPS));
      this.samples = longer;
    }
    const { samples } = this;
    for (let index = 0; index < count; index++) samples[TAPS + index] = input[from + index * step] ?? 0;
  }

  keep(count: number): void {
    this.samples.copyWithin(0, count, count + TAPS);
  }
}

const NO_FILTER: Filter = { back: 0, gains: new Float64Array(0) };
const NO_PHASE = { filter: NO_FILTER, line: new Line() };

/** Sums of one frame. */
class Sums {
  #values = new Float64Array(0);

  zeros(count: number): Float64Array {
    if (this.#values.length < count + AT_ONCE) this.#values = new Float64Array(count + AT_ONCE);
    return this.#values.fill(0, 0, count + AT_ONCE);
  }
}

/** Adds to each sum its sample and those before it, filtered. */
function addFiltered(samples: Float64Array, { back, gains }: Filter, count: number, sums: Float64Array): void {
  const taps = gains.length;
  for (let index = 0; index < count; index += AT_ONCE) {
    let at = index + TAPS - back;
    let first = samples[at] ?? 0;
    let second = samples[at + 1] ?? 0;
    let third = samples[at + 2] ?? 0;
    let a = sums[index] ?? 0;
    let b = sums[index + 1] ?? 0;
    let c = sums[index + 2] ?? 0;
    let d = sums[index + 3] ?? 0;
    for (let tap = 0; tap < taps; tap++, at++) {
      const gain = gains[tap] ?? 0;
      const fourth = samples[at + 3] ?? 0;
      a += first * gain;
      b += second * gain;
      c += third * gain;
      d += fourth * gain;
      first = second;
      second = third;
      third = fourth;
    }
    sums[index] = a;
    sums[index + 1] = b;
    sums[index + 2] = c;
    sums[index + 3] = d;
  }
}

/** Writes sums as samples, each `step` behind the one before. */
function round(sums: Float64Array, count: number, output: Int16Array, from: number, step: number): void {
  for (let index = 0; index < count; index++) {
    const rounded = Math.round(sums[index] ?? 0);
    output[from + index * step] = rounded > 32_767 ? 32_767 : rounded < -32_768 ? -32_768 : rounded;
  }
}

/** The filter of each phase, without the taps at its ends that are nothing. */
function filtersOf(factor: number, gain: number): readonly Filter[] {
  const taps = designTaps(factor);
  return Array.from({ length: factor }, (_, phase) => {
    const gains = Array.from({ length: TAPS }, (__, back) => gain * (taps[phase + back * factor] ?? 0));
    const isSomething = (value: number) => Math.abs(value) > LEAST_GAIN;
    const [newest, oldest] = [gains.findIndex(isSomething), gains.findLastIndex(isSomething)];
    return { back: oldest, gains: Float64Array.from(gains.slice(newest, oldest + 1).toReversed()) };
  });
}

/** A low-pass for half of the lower rate, at the higher rate: a sinc in Kaiser's window. Its sum is 1. */
function designTaps(factor: number): number[] {
  const length = TAPS * factor;
  const middle = length / 2;
  const taps = Array.from({ length }, (_, index) => {
    const distance = (index - middle) / factor;
    const x = 2 * CUTOFF * distance;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    return sinc * kaiserWindow(KAISER_BETA, (index - middle) / middle);
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}
