import { assertLinear } from "../cost/growth.ts";
import { createGrower } from "./grow.ts";
import { corpusOf } from "./seeds.ts";
import { mostBytesOf, type FuzzTarget } from "./target.ts";

/** Readers of texts that are short by their contract are bounded by that. What goes on later is not measured by its first turn. */
const leastBytes = 4_000;

/** Fails when a long input costs a target more than ten times as much for each byte as one of a hundredth of its length.
 * @param times so many inputs that grow, by a run or by nesting, are tried
 * @param random gives 0 to below 1
 * @returns how many were tried */
export function assertCost(target: FuzzTarget, times: number, random: () => number): number {
  const mostBytes = mostBytesOf(target);
  if (mostBytes < leastBytes || target.goesOn === true) return 0;
  const grower = createGrower(random, corpusOf(target), target.words);
  for (let left = times; left > 0; left--) {
    const { title, make } = grower.next();
    const cut = (bytes: number) => make(bytes).subarray(0, mostBytes);
    assertLinear(`${target.name}: ${title.slice(0, 2_000)}`, cut, target.take, mostBytes);
  }
  return times;
}
