/** Stands for items that only say again what those before it said. */
export interface Repetition<T> {
  /** So many items came again. */
  readonly items: number;
  /** How often, without the first time. */
  readonly times: number;
  /** The last of them. */
  readonly last: T;
}

/** The longest series of items that is looked for, and how often it must come. */
const [longestSeries, fewestTimes] = [24, 4];

/** Leaves out what comes again and again, such as the lines of a function that loops: the first time stays, and a repetition stands for the others.
 * @param keyOf the same for items that say the same */
export function foldRepetitions<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): readonly (T | { readonly again: Repetition<T> })[] {
  const keys = items.map(keyOf);
  const folded: (T | { readonly again: Repetition<T> })[] = [];
  for (let at = 0; at < items.length;) {
    const { length, times } = findSeries(keys, at);
    const next = at + length * times;
    folded.push(...items.slice(at, at + length));
    const last = items[next - 1];
    if (times > 1 && last !== undefined) folded.push({ again: { items: length, times: times - 1, last } });
    at = next;
  }
  return folded;
}

/** The shortest series that begins here and comes often enough; else the one item that is here. */
function findSeries(keys: readonly string[], at: number): { readonly length: number; readonly times: number } {
  for (let length = 1; length <= longestSeries; length += 1) {
    let same = 0;
    while (at + same + length < keys.length && keys[at + same] === keys[at + same + length]) same += 1;
    const times = 1 + Math.floor(same / length);
    if (times >= fewestTimes) return { length, times };
  }
  return { length: 1, times: 1 };
}
