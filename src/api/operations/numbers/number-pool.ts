import { countryOf, isTollFree } from "../../../kernel/index.ts";

/** Numbers that can be ordered: the first and the last of a range, with as many digits, without +. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

/** What a search asks for. */
export interface NumberSearch {
  /** Digits that numbers begin with, with the country code: "1206". */
  readonly prefix: string;
  readonly country: string;
  readonly type: "Local" | "TollFree" | undefined;
  /** Only numbers above this one. */
  readonly above: number;
}

/** Whether a number in E.164 can be ordered. */
export function hasNumber(pool: readonly NumberRange[], e164: string): boolean {
  const value = Number(e164.slice(1));
  return pool.some(({ first, last }) => first <= value && value <= last);
}

const countries = new WeakMap<NumberRange, { readonly country: string | undefined }>();

/** The country of the numbers of a range, which are of one. */
export function countryOfRange(range: NumberRange): string | undefined {
  const known = countries.get(range) ?? { country: countryOf(`+${range.first}`) };
  countries.set(range, known);
  return known.country;
}

/** The numbers of a pool that fit, in ascending order, E.164. Ranges that begin otherwise cost nothing. */
export function* searchPool(pool: readonly NumberRange[], search: NumberSearch): Generator<string> {
  const ascending = pool.toSorted((a, b) => a.first - b.first);
  for (const range of ascending) {
    const digits = String(range.first).length;
    const free = 10 ** Math.max(0, digits - search.prefix.length);
    const lowest = search.prefix === "" ? 0 : Number(search.prefix) * free;
    const highest = search.prefix === "" ? Number.MAX_SAFE_INTEGER : lowest + free - 1;
    const last = Math.min(range.last, highest);
    if (range.first > highest || last < Math.max(lowest, search.above + 1)) continue;
    if (countryOfRange(range) !== search.country) continue;
    for (let value = Math.max(range.first, lowest, search.above + 1); value <= last; value += 1) {
      const number = `+${value}`;
      if (search.type === undefined || (search.type === "TollFree") === isTollFree(number)) yield number;
    }
  }
}
