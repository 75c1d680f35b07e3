/** Where in a signal a piece of it comes again: the result of `findLikeness`, reused by its owner. */
export interface Likeness {
  /** Distance, samples. */
  lag: number;
  /** Normalized correlation there: 1 when both pieces differ by their level only, 0 when they have nothing in common. */
  likeness: number;
}

/** Finds the distance at which a piece of a signal looks most like itself: the period of a voice, or a multiple of it. First every second
 * distance by every second sample, then those beside the best.
 * @param at where the piece begins
 * @param direction -1 looks before it, 1 behind it */
export function findLikeness(
  samples: Int16Array,
  at: number,
  count: number,
  { shortest, longest }: { readonly shortest: number; readonly longest: number },
  direction: 1 | -1,
  result: Likeness,
): void {
  result.lag = shortest;
  result.likeness = 0;
  for (let lag = shortest; lag <= longest; lag += 2) {
    const likeness = likenessAt(samples, at, at + direction * lag, count, 2);
    if (likeness <= result.likeness) continue;
    result.likeness = likeness;
    result.lag = lag;
  }
  const coarse = result.lag;
  result.likeness = 0;
  for (let lag = Math.max(shortest, coarse - 1); lag <= Math.min(longest, coarse + 1); lag++) {
    const likeness = likenessAt(samples, at, at + direction * lag, count, 1);
    if (likeness <= result.likeness) continue;
    result.likeness = likeness;
    result.lag = lag;
  }
}

function likenessAt(samples: Int16Array, one: number, other: number, count: number, step: number): number {
  let product = 0;
  let onePower = 0;
  let otherPower = 0;
  for (let index = 0; index < count; index += step) {
    const first = samples[one + index] ?? 0;
    const second = samples[other + index] ?? 0;
    product += first * second;
    onePower += first * first;
    otherPower += second * second;
  }
  return product <= 0 ? 0 : product / Math.sqrt(onePower * otherPower);
}
