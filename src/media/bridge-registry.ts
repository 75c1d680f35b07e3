import { AppError } from "../kernel/index.ts";
import type { SessionNumber } from "./worker/messages.ts";
import type { RtpLink } from "./worker/rtp-link.ts";
import type { MediaBridge, MediaSession } from "./types.ts";

/** Keeps which sessions are bridged with each other, and the worker of each. */
export interface Bridges {
  add(session: MediaSession, link: RtpLink, number: SessionNumber): void;
  /** Forgets a session that closes; its bridge ends with it, in the worker too. */
  remove(session: MediaSession): void;
  /** The worker of an open session. */
  linkOf(session: MediaSession): RtpLink | undefined;
  /** Joins two sessions. Throws as `Media.bridge`. */
  open(one: MediaSession, other: MediaSession): MediaBridge;
}

interface BridgeMember {
  readonly link: RtpLink;
  readonly number: SessionNumber;
  partner: BridgeMember | undefined;
}

/** Makes the register, without sessions. */
export function createBridges(): Bridges {
  const members = new Map<MediaSession, BridgeMember>();

  const memberOf = (session: MediaSession): BridgeMember => {
    const member = members.get(session);
    if (member === undefined) throw new AppError("MEDIA_SESSION_CLOSED", "a session to be bridged is closed");
    if (member.partner !== undefined) throw new AppError("MEDIA_ALREADY_BRIDGED", "a session is in a bridge already");
    return member;
  };

  const part = (one: BridgeMember, other: BridgeMember): void => {
    one.partner = other.partner = undefined;
  };

  return {
    add: (session, link, number) => void members.set(session, { link, number, partner: undefined }),
    remove(session) {
      const member = members.get(session);
      if (member?.partner !== undefined) part(member, member.partner);
      members.delete(session);
    },
    linkOf: (session) => members.get(session)?.link,
    open(one, other) {
      const [first, second] = [memberOf(one), memberOf(other)];
      if (first === second || first.link !== second.link) {
        throw new AppError("MEDIA_BRIDGE_APART", "neither session was opened near the other");
      }
      first.partner = second;
      second.partner = first;
      first.link.tell({ type: "join", session: first.number, other: second.number });
      let isOpen = true;
      return {
        close() {
          // The two may have been bridged anew since: that bridge is not this one.
          if (isOpen && first.partner === second) {
            part(first, second);
            first.link.tell({ type: "part", session: first.number });
          }
          isOpen = false;
        },
      };
    },
  };
}
