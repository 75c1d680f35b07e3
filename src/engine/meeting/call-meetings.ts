import { errorCode, errorMessage, type LegId } from "../../kernel/index.ts";
import type { MediaSession } from "../../media/index.ts";
import type { CallEffect } from "../../call/index.ts";
import type { MeetingDoor, MeetingMembership } from "../../meetings/index.ts";
import type { UntimedInput } from "../leg-inputs.ts";

type EffectNamed<Name extends CallEffect["do"]> = Extract<CallEffect, { do: Name }>;

/** Performs what one call asks of meetings. */
export interface CallMeetings {
  /** Outcomes, and the end of a meeting, come as inputs. A meeting that is left while it is joined is left as soon as it is. */
  perform(effect: EffectNamed<"join-meeting" | "leave-meeting" | "mute-attendees">): void;
  /** Leaves whatever the call is still in. */
  close(): void;
}

/** What a call's meetings are made with. */
export interface CallMeetingsParts {
  /** undefined: this server has no meetings. */
  readonly door: MeetingDoor | undefined;
  readonly transactionId: string;
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
export function createCallMeetings({ door, transactionId, sessionOf, post }: CallMeetingsParts): CallMeetings {
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

  const join = ({ legId, phoneLegId, joinToken, meeting }: EffectNamed<"join-meeting">): void => {
    const visit: Visit = { membership: undefined, removed: undefined };
    visits.set(legId, visit);
    const session = sessionOf(phoneLegId);
    if (door === undefined || session === undefined) {
      refuse(legId, door === undefined ? noMeetings : "The telephone has no audio any more.", true);
      return;
    }
    const delegate = { onRemoved: (why: string) => onRemoved(legId, visit, why) };
    door.join({ token: joinToken, meetingId: meeting, transactionId, session }, delegate).then(
      (outcome) => {
        if (outcome.type === "joined") enter(legId, visit, outcome);
        else refuse(legId, outcome.why, outcome.cause === "failed");
      },
      (error: unknown) => refuse(legId, errorMessage(error), true),
    );
  };

  const mute = ({ muteId, meeting, attendees, isMuted }: EffectNamed<"mute-attendees">): void => {
    const muted = door?.setMuted(meeting, attendees, isMuted) ?? Promise.reject(new Error(noMeetings));
    muted.then(
      ({ unknown }) => post({ type: "attendees-muted", muteId, unknown }),
      (error: unknown) => {
        const code = errorCode(error) ?? "unknown";
        post({ type: "attendees-not-muted", muteId, error: { code, message: errorMessage(error) } });
      },
    );
  };

  return {
    perform(effect) {
      if (effect.do === "join-meeting") join(effect);
      else if (effect.do === "leave-meeting") leave(effect.legId);
      else mute(effect);
    },
    close() {
      for (const legId of visits.keys()) leave(legId);
    },
  };
}

const noMeetings = "This server has no meetings.";
