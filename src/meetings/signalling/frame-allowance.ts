import type { Clock } from "../../kernel/index.ts";

/** Frames, or data messages in them, that one client may send a second, and at once. */
const perSecond = 800;
/** What a session description costs: as many frames. */
export const subscribeCost = 50;

/** How much a client may still send. */
export interface FrameAllowance {
  /** Takes `units`; false when that is too much. */
  take(units: number): boolean;
}

/** Makes the allowance of one client. */
export function createFrameAllowance(clock: Clock): FrameAllowance {
  let left = perSecond;
  let atMs = clock.monotonicMs();
  return {
    take(units) {
      const nowMs = clock.monotonicMs();
      left = Math.min(perSecond, left + ((nowMs - atMs) / 1_000) * perSecond) - units;
      atMs = nowMs;
      return left >= 0;
    },
  };
}
