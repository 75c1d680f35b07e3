/** Numbers from 0 to below 1, the same ones for a seed; seeds that follow each other begin differently. */
export function createRandom(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e37_79b1) ^ 0x6d2b_79f5;
  if (state === 0) state = 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}
