/** Least power of each tone: a sine of -36 dBFS; -25 dBm0 is -28 dBFS. */
export const LEAST_POWER = (32_768 * 10 ** (-36 / 20)) ** 2 / 2;
/** A key goes on as long as it is not weaker than this by far: 14 dB. */
export const FADED = 10 ** -1.4;
/** How far the high tone may be below the low one, and the other way around: 8 dB and 4 dB (Q.24), with what measuring takes. */
const MOST_FORWARD_TWIST = 10 ** 0.95;
const MOST_REVERSE_TWIST = 10 ** 0.55;
/** By how much a tone has to exceed the others of its group: 8 dB. */
const ABOVE_OTHERS = 10 ** 0.8;
/** Share of the two tones in all that is heard. Speech has more than two tones. */
const LEAST_SHARE = 0.65;
/** Share of the low tone alone, where the high one is as strong as it may be. */
const LEAST_LOW_SHARE = LEAST_SHARE / (1 + MOST_REVERSE_TWIST);

/** The key whose two tones stand out in a window, by their power alone; -1 for none. ITU-T Q.24
 * @param power of each tone, the four low ones first
 * @param totalPower of all that is heard */
export function pairHeard(power: Float64Array, totalPower: number): number {
  const low = strongest(power, 0);
  const high = strongest(power, 4);
  const lowPower = power[low] ?? 0;
  const highPower = power[high] ?? 0;
  if (lowPower < LEAST_POWER * FADED || highPower < LEAST_POWER * FADED) return -1;
  if (lowPower > highPower * MOST_FORWARD_TWIST || highPower > lowPower * MOST_REVERSE_TWIST) return -1;
  if (lowPower + highPower < LEAST_SHARE * totalPower) return -1;
  if (!exceedsOthers(power, low, 0) || !exceedsOthers(power, high, 4)) return -1;
  return low * 4 + high - 4;
}

/** Whether a low tone stands out so that there may be a pair: where not, no high tone makes one. */
export function lowHeard(power: Float64Array, totalPower: number): boolean {
  const low = strongest(power, 0);
  const lowPower = power[low] ?? 0;
  return lowPower >= LEAST_POWER * FADED && lowPower >= LEAST_LOW_SHARE * totalPower && exceedsOthers(power, low, 0);
}

function strongest(power: Float64Array, from: number): number {
  let at = from;
  for (let tone = from + 1; tone < from + 4; tone++) if ((power[tone] ?? 0) > (power[at] ?? 0)) at = tone;
  return at;
}

function exceedsOthers(power: Float64Array, tone: number, from: number): boolean {
  const least = (power[tone] ?? 0) / ABOVE_OTHERS;
  for (let other = from; other < from + 4; other++) if (other !== tone && (power[other] ?? 0) > least) return false;
  return true;
}
