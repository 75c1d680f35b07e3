/** How late the ticks of a worker were, since the last look. */
export interface Lateness {
  /** Notes one tick. */
  note(latenessUs: number, missedTicks: number): void;
  /** The 99th percentile, milliseconds, and starts anew; 0 when there were no ticks. Of fewer than `fewTicks` the 90th, since one of them
   * says little. */
  take(): number;
}

const bucketUs = 250;
const buckets = 256;
const fewTicks = 200;

/** Makes an empty measure. */
export function createLateness(): Lateness {
  const counts = new Uint32Array(buckets);
  let ticks = 0;
  return {
    note(latenessUs, missedTicks) {
      // A tick that was missed is as late as can be.
      const bucket = missedTicks > 0 ? buckets - 1 : Math.min(buckets - 1, Math.floor(latenessUs / bucketUs));
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      ticks++;
    },
    take() {
      const wanted = ticks * (ticks < fewTicks ? 0.9 : 0.99);
      let sum = 0;
      const bucket = ticks === 0 ? 0 : counts.findIndex((count) => (sum += count) >= wanted);
      counts.fill(0);
      ticks = 0;
      return (bucket * bucketUs) / 1000;
    },
  };
}
