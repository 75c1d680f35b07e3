import { createRelay } from "../node/relay/relay.ts";
import type { RtpSession } from "./session.ts";

/** Two sessions whose far ends hear each other. */
export interface Bridge {
  /** Each hears silence again. */
  close(): void;
}

/** Joins two sessions by a relay in each direction. While one of them plays something or sends digits, neither hears the other.
 * Contract: actions-bridge-prompt */
export function createBridge(one: RtpSession, other: RtpSession): Bridge {
  const isOpen = () => !one.isBusy() && !other.isBusy();
  const there = passOn(one, other, isOpen);
  const back = passOn(other, one, isOpen);
  return {
    close() {
      there();
      back();
    },
  };
}

/** @returns what ends it */
function passOn(from: RtpSession, to: RtpSession, isOpen: () => boolean): () => void {
  const relay = createRelay(to.sender, to.passedKeys, isOpen);
  from.add(relay);
  to.voice = relay;
  return () => {
    from.remove(relay);
    to.voice = undefined;
    relay.end();
  };
}
