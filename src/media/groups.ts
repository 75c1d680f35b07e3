import { AppError } from "../kernel/index.ts";
import type { SessionNumber } from "./worker/messages.ts";
import type { WorkerHandle } from "./worker/worker-handle.ts";
import type { MediaBridge, MediaSession } from "./types.ts";

/** Sessions that were opened near each other. They live in one worker, so that audio passes between them without leaving its thread; a worker is
 * chosen for the group, with its first session. */
export interface Group {
  readonly worker: WorkerHandle;
}

/** Keeps the group of each open session, and which sessions are bridged with each other. */
export interface Groups {
  add(session: MediaSession, group: Group, number: SessionNumber): void;
  /** Forgets a session that closes; its bridge ends with it, in the worker too. */
  remove(session: MediaSession): void;
  /** The group of an open session. */
  groupOf(session: MediaSession): Group | undefined;
  /** Joins two sessions of a group. Throws as `Media.bridge`. */
  bridge(one: MediaSession, other: MediaSession): MediaBridge;
  /** A session enters a mixer. Throws as `MediaMixer.add`.
   * @param onClosing called when the session closes before it leaves */
  enter(
    session: MediaSession,
    onClosing: () => void,
  ): { readonly worker: WorkerHandle; readonly number: SessionNumber };
  leave(session: MediaSession): void;
}

interface Member {
  readonly group: Group;
  readonly number: SessionNumber;
  partner: Member | undefined;
  /** It is in a mixer, and closes. */
  onClosing: (() => void) | undefined;
}

/** Makes the register, without sessions. */
export function createGroups(): Groups {
  const members = new Map<MediaSession, Member>();

  const memberOf = (session: MediaSession): Member => {
    const member = members.get(session);
    if (member === undefined) throw new AppError("MEDIA_SESSION_CLOSED", "a session to be bridged or mixed is closed");
    if (member.partner !== undefined || member.onClosing !== undefined) {
      throw new AppError("MEDIA_ALREADY_BRIDGED", "a session is in a bridge or a mixer already");
    }
    return member;
  };

  const part = (one: Member, other: Member): void => {
    one.partner = other.partner = undefined;
  };

  return {
    add: (session, group, number) =>
      void members.set(session, { group, number, partner: undefined, onClosing: undefined }),
    remove(session) {
      const member = members.get(session);
      if (member?.partner !== undefined) part(member, member.partner);
      member?.onClosing?.();
      members.delete(session);
    },
    groupOf: (session) => members.get(session)?.group,
    enter(session, onClosing) {
      const member = memberOf(session);
      member.onClosing = onClosing;
      return { worker: member.group.worker, number: member.number };
    },
    leave(session) {
      const member = members.get(session);
      if (member !== undefined) member.onClosing = undefined;
    },
    bridge(one, other) {
      const [first, second] = [memberOf(one), memberOf(other)];
      if (first === second || first.group !== second.group) {
        throw new AppError("MEDIA_BRIDGE_APART", "neither session was opened near the other");
      }
      const { worker } = first.group;
      first.partner = second;
      second.partner = first;
      worker.tell({ type: "join", session: first.number, other: second.number });
      let isOpen = true;
      return {
        close() {
          // The two may have been bridged anew since: that bridge is not this one.
          if (isOpen && first.partner === second) {
            part(first, second);
            worker.tell({ type: "part", session: first.number });
          }
          isOpen = false;
        },
      };
    },
  };
}
