import type { Clock } from "../../kernel/index.ts";
import type { ClientFrame, Malformed } from "../frames/client-frame.ts";

/** Frames, or data messages in them, that one client may send a second, and at once. */
const perSecond = 800;
/** What a session description costs beside its length: as many frames. */
const subscribeCost = 50;
/** What is read of a frame for the price of one: browsers' are shorter, but for descriptions and data messages. */
const bytesOfOne = 1_024;

/** What it costs to read a message. */
export function costOfReading(message: Uint8Array): number {
  return 1 + Math.floor(message.length / bytesOfOne);
}

/** What it costs to do what a frame asks for, beside reading it. */
export function costOfDoing(frame: ClientFrame | Malformed): number {
  if (frame.type === "subscribe") return subscribeCost;
  return frame.type === "data-message" ? Math.max(0, frame.messages.length - 1) : 0;
}

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
