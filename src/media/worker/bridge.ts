import { createRelay } from "../node/relay/relay.ts";
import { createShortcut } from "./shortcut.ts";
import type { Clock } from "../../kernel/index.ts";
import type { RtpSession } from "./session.ts";

/** Two sessions whose far ends hear each other. */
export interface Bridge {
  /** Each hears silence again. */
  close(): void;
}

/** Joins two sessions by a relay in each direction. While one of them plays something or sends digits, neither hears the other.
 * Contract: actions-bridge-prompt */
export function createBridge(one: RtpSession, other: RtpSession, clock: Clock): Bridge {
  const isOpen = () => !one.isBusy() && !other.isBusy();
  const there = passOn(one, other, isOpen, clock);
  const back = passOn(other, one, isOpen, clock);
  one.useShortcuts(there.shortcut, back.shortcut);
  other.useShortcuts(back.shortcut, there.shortcut);
  return {
    close() {
      there.end();
      back.end();
      for (const each of [one, other]) each.useShortcuts(undefined, undefined);
    },
  };
}

function passOn(from: RtpSession, to: RtpSession, isOpen: () => boolean, clock: Clock) {
  const relay = createRelay(to.sender, to.passedKeys, isOpen);
  from.add(relay);
  to.voice = relay;
  const shortcut = createShortcut(from, to, relay, clock);
  const end = () => {
    shortcut.end();
    from.remove(relay);
    to.voice = undefined;
    relay.end();
  };
  return { shortcut, end };
}
