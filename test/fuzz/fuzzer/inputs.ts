/** An input that must not have come to an end as it did. */
export interface Fault {
  readonly input: Buffer;
  readonly error: unknown;
}

/** Longest time for one input, milliseconds. */
const slowMs = 400;
/** Other programs may have had the processor: what is slow is tried so often. */
const slowTries = 3;
/** Inputs between two looks at the heap, and how much more of it may be taken then, bytes. */
const growthEvery = 50_000;
const mostGrowth = 16_000_000;

/** Gives inputs to a reader: no exception, no long time, and a heap that does not grow. Memory needs `--expose-gc`. */
export function createTaker(take: (bytes: Buffer) => void): (input: Buffer) => Fault | undefined {
  const state = { taken: 0, heapBytes: undefined as number | undefined };
  const time = (input: Buffer) => {
    const startedAtMs = performance.now();
    take(Buffer.from(input));
    return performance.now() - startedAtMs;
  };
  const check = (input: Buffer) => {
    let tookMs = time(input);
    for (let tries = 1; tookMs > slowMs && tries < slowTries; tries++) tookMs = Math.min(tookMs, time(input));
    if (tookMs > slowMs) throw new Error(`an input of ${input.length} bytes took ${Math.round(tookMs)} ms`);
    if (++state.taken % growthEvery !== 0) return;
    globalThis.gc?.();
    const { heapUsed } = process.memoryUsage();
    state.heapBytes ??= heapUsed;
    const grown = heapUsed - state.heapBytes;
    if (grown > mostGrowth) throw new Error(`the heap has grown by ${grown} bytes in ${state.taken} inputs`);
  };
  return (input) => {
    try {
      check(input);
      return undefined;
    } catch (error) {
      return { input, error };
    }
  };
}
