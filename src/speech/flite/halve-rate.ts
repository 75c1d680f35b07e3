const taps = 143;
/** Middle of the filter's edge, as a share of the rate that comes in: 3,720 Hz of 16,000. */
const edge = 3_720 / 16_000;
/** Kaiser window for 70 dB. */
const beta = 6.76;

/** Halves the rate of samples behind a low-pass filter: from 16,000 Hz to 8,000 Hz what is below 3,400 Hz stays (ripple
 * under 0.1 dB) and what is above 4,000 Hz, which would fold back, is at least 65 dB down. Lengths are halved, delay is 0. */
export function halveRate(samples: Int16Array): Float32Array {
  const filter = lowPass();
  const middle = (taps - 1) / 2;
  const result = new Float32Array(Math.ceil(samples.length / 2));
  for (let out = 0; out < result.length; out++) {
    const first = 2 * out - middle;
    const from = Math.max(0, -first);
    const to = Math.min(taps, samples.length - first);
    let sum = 0;
    for (let tap = from; tap < to; tap++) sum += (filter[tap] ?? 0) * (samples[first + tap] ?? 0);
    result[out] = sum;
  }
  return result;
}

function lowPass(): Float64Array {
  const middle = (taps - 1) / 2;
  const filter = new Float64Array(taps);
  for (let tap = 0; tap < taps; tap++) {
    const at = tap - middle;
    const ideal = at === 0 ? 2 * edge : Math.sin(2 * Math.PI * edge * at) / (Math.PI * at);
    filter[tap] = (ideal * besselI0(beta * Math.sqrt(1 - (at / middle) ** 2))) / besselI0(beta);
  }
  const sum = filter.reduce((total, value) => total + value, 0);
  return filter.map((value) => value / sum);
}

/** Modified Bessel function of the first kind, order 0, by its series. */
function besselI0(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
