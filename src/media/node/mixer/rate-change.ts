/** Changes the rate of a stream of samples by a whole factor. What a frame needs of the one before it is remembered. */
export interface RateChange {
  /** Takes the first `count` samples of `input`, and writes what comes of them from the beginning of `output` on: `count` times or divided by the
   * factor. */
  run(input: Int16Array, count: number, output: Int16Array): void;
}

/** Taps for each sample of the lower rate: up to 3,400 Hz of 8,000 nothing is lost, and what would alias is 50 dB below. */
const TAPS = 20;
const KAISER_BETA = 4.53;
/** Middle of the transition: half of the lower rate, so that with a factor of two every second tap is nothing. */
const CUTOFF = 0.5;

/** The taps of one phase that are something: how many samples back, and by how much. */
interface Phase {
  readonly backs: Int32Array;
  readonly gains: Float32Array;
}

/** Makes one to a rate that is `factor` times as high. The delay is `TAPS / 2` samples of the lower rate. */
export function createUpsampler(factor: number): RateChange {
  const taps = designTaps(factor);
  const phases = Array.from({ length: factor }, (_, phase) =>
    phaseOf(Array.from({ length: TAPS }, (__, back) => [back, factor * (taps[phase + back * factor] ?? 0)] as const)),
  );
  const line = createLine(TAPS);
  return {
    run(input, count, output) {
      const samples = line.take(input, count);
      for (let phase = 0; phase < factor; phase++) {
        const { backs, gains } = phases[phase] ?? NO_TAPS;
        for (let index = 0; index < count; index++) {
          output[index * factor + phase] = convolve(samples, index + TAPS, backs, gains);
        }
      }
      line.keep(count);
    },
  };
}

/** Makes one to a rate that is `factor` times as low; frames are multiples of `factor` samples. */
export function createDownsampler(factor: number): RateChange {
  const length = TAPS * factor;
  const { backs, gains } = phaseOf(designTaps(factor).map((gain, back) => [back, gain] as const));
  const line = createLine(length);
  return {
    run(input, count, output) {
      const samples = line.take(input, count);
      for (let index = 0; index * factor < count; index++) {
        output[index] = convolve(samples, (index + 1) * factor - 1 + length, backs, gains);
      }
      line.keep(count);
    },
  };
}

const NO_TAPS: Phase = { backs: new Int32Array(0), gains: new Float32Array(0) };

function convolve(samples: Float32Array, at: number, backs: Int32Array, gains: Float32Array): number {
  let sum = 0;
  for (let tap = 0; tap < gains.length; tap++) sum += (samples[at - (backs[tap] ?? 0)] ?? 0) * (gains[tap] ?? 0);
  const rounded = Math.round(sum);
  return rounded > 32_767 ? 32_767 : rounded < -32_768 ? -32_768 : rounded;
}

/** A frame behind what was before it, as long as the filter reaches. */
function createLine(past: number) {
  let samples = new Float32Array(past);
  return {
    take(input: Int16Array, count: number): Float32Array {
      if (samples.length < past + count) {
        const longer = new Float32Array(past + count);
        longer.set(samples.subarray(0, past));
        samples = longer;
      }
      for (let index = 0; index < count; index++) samples[past + index] = input[index] ?? 0;
      return samples;
    },
    keep: (count: number) => void samples.copyWithin(0, count, count + past),
  };
}

function phaseOf(taps: readonly (readonly [number, number])[]): Phase {
  const kept = taps.filter(([, gain]) => Math.abs(gain) > 1e-6);
  return { backs: Int32Array.from(kept, ([back]) => back), gains: Float32Array.from(kept, ([, gain]) => gain) };
}

/** A low-pass for half of the lower rate, at the higher rate: a sinc in Kaiser's window. Its sum is 1. */
function designTaps(factor: number): number[] {
  const length = TAPS * factor;
  const middle = length / 2;
  const taps = Array.from({ length }, (_, index) => {
    const distance = (index - middle) / factor;
    const edge = Math.max(0, 1 - ((index - middle) / middle) ** 2);
    const x = 2 * CUTOFF * distance;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    return sinc * besselI0(KAISER_BETA * Math.sqrt(edge));
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

/** Modified Bessel function of the first kind, order 0, by its series. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-9; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
