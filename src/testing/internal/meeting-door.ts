import type { MeetingDoor, MeetingJoin, MeetingMembership, MeetingRefusal } from "../../meetings/index.ts";

/** A meeting in name only, whose members hear nobody: what calls see of meetings, without rooms. */
export interface TestDoor extends MeetingDoor {
  /** Who is in, by attendee, in the order in which they came. */
  readonly members: ReadonlyMap<string, MeetingJoin>;
  /** Who has left by itself. */
  readonly left: readonly string[];
  readonly muted: ReadonlySet<string>;
  /** Puts everybody out. */
  end(why: string): void;
}

/** The meeting of a test door, and the tokens that it takes with their attendees. */
export const doorMeeting = {
  meetingId: "8a1b6c1e-0f6d-4a53-9d0c-5b3f7f2d0a11",
  attendees: { "token-one": "attendee-one", "token-two": "attendee-two" },
} as const;

/** Opens a test door: each answer comes in the next turn. */
export function openTestDoor(): TestDoor {
  const members = new Map<string, MeetingJoin>();
  const delegates = new Map<string, (why: string) => void>();
  const left: string[] = [];
  const muted = new Set<string>();
  let isEnded = false;
  const leave = (attendeeId: string): void => {
    members.delete(attendeeId);
    delegates.delete(attendeeId);
  };
  const refuse = (cause: MeetingRefusal["cause"], why: string): MeetingRefusal => ({ type: "refused", cause, why });

  return {
    members,
    left,
    muted,
    async join(request, { onRemoved }) {
      const { token, meetingId } = request;
      const attendeeId = (doorMeeting.attendees as Readonly<Record<string, string>>)[token];
      if (attendeeId === undefined) return refuse("bad-token", "No attendee has this token.");
      if (isEnded) return refuse("ended", "The meeting has ended.");
      if (meetingId !== undefined && meetingId !== doorMeeting.meetingId)
        return refuse("other-meeting", "The token is of another meeting.");
      delegates.get(attendeeId)?.("the same token was used elsewhere");
      members.set(attendeeId, request);
      delegates.set(attendeeId, onRemoved);
      const membership: MeetingMembership = {
        type: "joined",
        meetingId: doorMeeting.meetingId,
        attendeeId,
        leave() {
          if (members.get(attendeeId) !== request) return;
          leave(attendeeId);
          left.push(attendeeId);
        },
      };
      return membership;
    },
    async setMuted(meetingId, attendeeIds, isMuted) {
      if (meetingId !== doorMeeting.meetingId) throw new Error("There is no such meeting.");
      const unknown = attendeeIds.filter((id) => !members.has(id));
      if (unknown.length > 0) return { unknown };
      for (const id of attendeeIds) {
        if (isMuted) muted.add(id);
        else muted.delete(id);
      }
      return { unknown };
    },
    end(why) {
      isEnded = true;
      for (const [attendeeId, onRemoved] of [...delegates]) {
        leave(attendeeId);
        onRemoved(why);
      }
    },
  };
}
