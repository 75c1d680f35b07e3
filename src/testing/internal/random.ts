/** Numbers from 0 to below 1, the same ones for a seed. */
export function createRandom(seed: number): () => number {
  let state = (seed | 0) ^ 0x6d2b_79f5;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}
