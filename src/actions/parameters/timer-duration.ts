/** The longest time that timers can take, 24 days; more than any call lasts. */
const longestMs = 2_147_483_647;

/** A duration as a timer takes it: what is longer than any timer is the longest. */
export function timerDuration(durationMs: number): number {
  return Math.min(durationMs, longestMs);
}
