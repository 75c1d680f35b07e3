import type { Clock } from "../../kernel/index.ts";

const minuteMs = 60_000;
/** Refused calls in a minute whose ladders are kept: of one cause, and of all. */
const mostOfCause = 10;
const mostOfAll = 60;

/** Says which refused calls are kept, so that a flood of them does not fill a disk. */
export function createRefusalRates(clock: Pick<Clock, "monotonicMs">) {
  const counts = new Map<string, number>();
  let all = 0;
  let begunAtMs = clock.monotonicMs();
  return {
    /** Whether there is room for one more of this cause in this minute; then it is counted. */
    hasRoom(cause: string): boolean {
      const nowMs = clock.monotonicMs();
      if (nowMs - begunAtMs >= minuteMs) {
        counts.clear();
        all = 0;
        begunAtMs = nowMs;
      }
      const ofCause = counts.get(cause) ?? 0;
      if (ofCause >= mostOfCause || all >= mostOfAll) return false;
      counts.set(cause, ofCause + 1);
      all += 1;
      return true;
    },
  };
}
