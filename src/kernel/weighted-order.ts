/** Puts choices in the order in which they are tried: by priority, lowest first; those of one priority by chance, as their weights say, so that
 * one of weight 0 comes after all others. RFC 2782
 * @param random gives numbers from 0, below 1 */
export function weightedOrder<T extends { readonly priority: number; readonly weight: number }>(
  choices: readonly T[],
  random: () => number,
): readonly T[] {
  // The least of random exponential times comes first, with the chance of its weight in the sum of all.
  const drawn = choices.map((choice) => ({ choice, time: timeOf(choice.weight, random()) }));
  drawn.sort((one, other) => one.choice.priority - other.choice.priority || compare(one.time, other.time));
  return drawn.map(({ choice }) => choice);
}

function timeOf(weight: number, random: number): number {
  return weight === 0 ? Infinity : -Math.log(1 - random) / weight;
}

/** Two endless times have no difference. */
function compare(one: number, other: number): number {
  return one === other ? 0 : one - other;
}
