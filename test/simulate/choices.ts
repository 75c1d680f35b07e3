/** The random choices that make a call. The first of several is always the simplest: lowering a choice makes the call simpler. */
export interface Choices {
  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number;
  /** Once in `times`. */
  rarely(times: number): boolean;
  one<T>(choices: readonly T[]): T;
}

/** Makes choices that the seed and the number of the call repeat. `taken`: where each choice is noted, if it shall be. */
export function randomChoices(seed: number, call: number, taken?: number[]): Choices {
  let state = mix(mix(seed >>> 0) ^ Math.imul(call + 1, 0x9e3779b1));
  return createChoices((limit) => {
    state = (state + 0x6d2b79f5) | 0;
    const choice = Math.floor((mix(state) / 2 ** 32) * limit);
    taken?.push(choice);
    return choice;
  });
}

/** Makes the choices that were noted; beyond their end the simplest. `taken`: where those that were asked for are noted. */
export function repeatedChoices(noted: readonly number[], taken?: number[]): Choices {
  let index = 0;
  return createChoices((limit) => {
    const choice = Math.max(0, Math.min(noted[index] ?? 0, limit - 1));
    index += 1;
    taken?.push(choice);
    return choice;
  });
}

function createChoices(below: (limit: number) => number): Choices {
  return {
    below,
    rarely: (times) => below(times) === times - 1,
    one: (choices) => choices[below(choices.length)] as (typeof choices)[number],
  };
}

/** Spreads the bits of a number over 32 bits, unsigned. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 15), value | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return (mixed ^ (mixed >>> 14)) >>> 0;
}
