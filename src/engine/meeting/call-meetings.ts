import { errorMessage, type LegId } from "../../kernel/index.ts";
import type { MediaSession } from "../../media/index.ts";
import type { CallEffect } from "../../call/index.ts";
import type { MeetingDoor, MeetingMembership } from "../../meetings/index.ts";
import type { UntimedInput } from "../leg-inputs.ts";

type EffectNamed<Name extends CallEffect["do"]> = Extract<CallEffect, { do: Name }>;

/** Performs what one call asks of meetings. */
export interface CallMeetings {
  /** Its outcome, and later its end, come as inputs. */
  join(effect: EffectNamed<"join-meeting">): void;
  /** Also while it is being joined: it is left as soon as it is. */
  leave(legId: LegId): void;
  /** The outcome comes as an input. */
  mute(effect: EffectNamed<"mute-attendees">): void;
  /** Leaves whatever the call is still in. */
  close(): void;
}

/** What a call's meetings are made with. */
export interface CallMeetingsParts {
  /** undefined: this server has no meetings. */
  readonly door: MeetingDoor | undefined;
  readonly sessionOf: (legId: LegId) => MediaSession | undefined;
  readonly post: (input: UntimedInput) => void;
}

/** The telephone's way into one meeting. */
interface Visit {
  membership: MeetingMembership | undefined;
  /** Why the telephone was put out before it was said to be in. */
  removed: string | undefined;
}

/** Makes what performs a call's effects on meetings. */
export function createCallMeetings({ door, sessionOf, post }: CallMeetingsParts): CallMeetings {
  /** By the meeting's leg, until it is left. */
  const visits = new Map<LegId, Visit>();

  const refuse = (legId: LegId, why: string, isOurs: boolean): void => {
    if (visits.delete(legId)) post({ type: "meeting-refused", legId, why, isOurs });
  };

  const enter = (legId: LegId, visit: Visit, membership: MeetingMembership): void => {
    if (!visits.has(legId)) {
      membership.leave();
      return;
    }
    if (visit.removed !== undefined) {
      refuse(legId, visit.removed, false);
      return;
    }
    visit.membership = membership;
    const { meetingId, attendeeId } = membership;
    post({ type: "meeting-joined", legId, meetingId, attendeeId });
  };

  const onRemoved = (legId: LegId, visit: Visit, why: string): void => {
    if (visit.membership === undefined) visit.removed = why;
    else if (visits.delete(legId)) post({ type: "meeting-left", legId, why });
  };

  const leave = (legId: LegId): void => {
    const visit = visits.get(legId);
    visits.delete(legId);
    visit?.membership?.leave();
  };

  return {
    join({ legId, phoneLegId, joinToken, meeting }) {
      const visit: Visit = { membership: undefined, removed: undefined };
      visits.set(legId, visit);
      if (door === undefined) {
        refuse(legId, "This server has no meetings.", true);
        return;
      }
      const session = sessionOf(phoneLegId);
      if (session === undefined) {
        refuse(legId, "The telephone has no audio any more.", true);
        return;
      }
      const delegate = { onRemoved: (why: string) => onRemoved(legId, visit, why) };
      door.join({ token: joinToken, meetingId: meeting, session }, delegate).then(
        (outcome) => {
          if (outcome.type === "joined") enter(legId, visit, outcome);
          else refuse(legId, outcome.why, outcome.cause === "failed");
        },
        (error: unknown) => refuse(legId, errorMessage(error), true),
      );
    },
    leave,
    mute({ muteId, meeting, attendees, isMuted }) {
      const fail = (error: unknown): void =>
        post({ type: "attendees-not-muted", muteId, error: { code: "unknown", message: errorMessage(error) } });
      if (door === undefined) {
        fail(new Error("This server has no meetings."));
        return;
      }
      door
        .setMuted(meeting, attendees, isMuted)
        .then(({ unknown }) => post({ type: "attendees-muted", muteId, unknown }), fail);
    },
    close() {
      for (const legId of visits.keys()) leave(legId);
    },
  };
}
