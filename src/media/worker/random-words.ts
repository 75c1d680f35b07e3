import { randomFillSync } from "node:crypto";

/** Words that are drawn at once: a call of the generator costs much more than what it gives. */
const DRAWN = 256;

/** Makes a source of 32 random bits, as good as those of `node:crypto`. */
export function createRandomUint32(): () => number {
  const words = new Uint32Array(DRAWN);
  let next = DRAWN;
  return () => {
    if (next === DRAWN) {
      randomFillSync(words);
      next = 0;
    }
    const word = words[next] ?? 0;
    // Given to one only.
    words[next++] = 0;
    return word;
  };
}
