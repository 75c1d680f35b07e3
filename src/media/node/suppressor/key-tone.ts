/** Bins of 31.25 Hz in which the tones of keys lie: 697 to 941 Hz and 1,209 to 1,633 Hz, with one bin of tolerance. ITU-T Q.23 */
const LOW = { from: 21, to: 31 };
const HIGH = { from: 37, to: 54 };
/** A tone spreads over its bin and one on each side. */
const SPREAD = 1;
/** Least share of the two tones in all that is heard. */
const LEAST_SHARE = 0.7;
/** One tone may be this much stronger than the other: 10 dB. */
const MOST_TWIST = 10;

/** Whether a spectrum, given as the power of bins of 31.25 Hz, is that of a key that is pressed: two tones and little else. */
export function isKeyTone(power: Float64Array): boolean {
  const low = strongest(power, LOW.from, LOW.to);
  const high = strongest(power, HIGH.from, HIGH.to);
  if (low > high * MOST_TWIST || high > low * MOST_TWIST) return false;
  let total = 0;
  for (let bin = 1; bin < power.length; bin++) total += power[bin] ?? 0;
  return low + high > LEAST_SHARE * total;
}

function strongest(power: Float64Array, from: number, to: number): number {
  let at = from;
  for (let bin = from; bin <= to; bin++) if ((power[bin] ?? 0) > (power[at] ?? 0)) at = bin;
  let sum = 0;
  for (let bin = at - SPREAD; bin <= at + SPREAD; bin++) sum += power[bin] ?? 0;
  return sum;
}
