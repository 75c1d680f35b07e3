import {
  factors,
  LOW_HZ,
  SILENT_POWER,
  STEP_SAMPLES,
  STEPS,
  TO_POWER,
  WEIGHT_SQUARES,
  WEIGHTS,
} from "./group-tones.ts";
import { LEAST_POWER, lowHeard, pairHeard } from "./key-pair.ts";

const WINDOW_SAMPLES = STEPS * STEP_SAMPLES;
/** No two tones can be as strong as a key's where all that is heard is weaker than this: a tone's power is at most this many times that of its
 * window (Cauchy and Schwarz), and there are two. */
const MOST_POWER = TO_POWER * WINDOW_SAMPLES * WEIGHT_SQUARES * STEP_SAMPLES;
const LEAST_TOTAL = LEAST_POWER / MOST_POWER;

/** Reused: they hold nothing from one call to the next. */
const power = new Float64Array(2 * LOW_HZ.length);
const weights = new Float64Array(STEPS);

/** The key that the 20 ms before `end` may be, by the power of its tones as `GroupTones` has it; -1 for none that begins. The high tones are
 * looked for only where a low one stands out, and no tone where it is not loud enough. */
export function screenedKey(samples: Int16Array, end: number): number {
  const from = end - WINDOW_SAMPLES;
  const total = measure(samples, from);
  if (total < LEAST_TOTAL) return -1;
  analyse(samples, from, 0);
  if (!lowHeard(power, total)) return -1;
  analyse(samples, from, LOW_HZ.length);
  const key = pairHeard(power, total);
  return key < 0 || (power[key >> 2] ?? 0) + (power[4 + (key & 3)] ?? 0) < 2 * LEAST_POWER ? -1 : key;
}

/** Power of all that is heard. Leaves in `weights` what each step counts: a step of silence nothing. */
function measure(samples: Int16Array, from: number): number {
  let total = 0;
  for (let step = 0; step < STEPS; step++) {
    const energy = energyOf(samples, from + step * STEP_SAMPLES);
    const weight = WEIGHTS[step] ?? 0;
    total += weight * weight * energy;
    weights[step] = energy < SILENT_POWER * STEP_SAMPLES ? 0 : weight;
  }
  return total / (WEIGHT_SQUARES * STEP_SAMPLES);
}

/** Two sums at once, since one alone would wait for its own last result. */
function energyOf(samples: Int16Array, from: number): number {
  let even = 0;
  let odd = 0;
  for (let index = from; index < from + STEP_SAMPLES; index += 2) {
    const first = samples[index] ?? 0;
    const second = samples[index + 1] ?? 0;
    even += first * first;
    odd += second * second;
  }
  return even + odd;
}

/** Power of four tones, by Goertzel's algorithm over the whole window. */
function analyse(samples: Int16Array, from: number, first: number): void {
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
  for (let step = 0; step < STEPS; step++) {
    const weight = weights[step] ?? 0;
    const start = from + step * STEP_SAMPLES;
    for (let index = start; index < start + STEP_SAMPLES; index += 2) {
      // In pairs, so that no result has to be moved, and first what does not wait for the last one.
      const sample = weight * (samples[index] ?? 0);
      before0 = sample - before0 + factor0 * last0;
      before1 = sample - before1 + factor1 * last1;
      before2 = sample - before2 + factor2 * last2;
      before3 = sample - before3 + factor3 * last3;
      const next = weight * (samples[index + 1] ?? 0);
      last0 = next - last0 + factor0 * before0;
      last1 = next - last1 + factor1 * before1;
      last2 = next - last2 + factor2 * before2;
      last3 = next - last3 + factor3 * before3;
    }
  }
  power[first] = powerOf(last0, before0, factor0);
  power[first + 1] = powerOf(last1, before1, factor1);
  power[first + 2] = powerOf(last2, before2, factor2);
  power[first + 3] = powerOf(last3, before3, factor3);
}

function powerOf(last: number, before: number, factor: number): number {
  return (last * last + before * before - factor * last * before) * TO_POWER;
}
