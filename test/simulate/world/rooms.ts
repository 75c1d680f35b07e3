import type { PlaybackError } from "../../../src/call/index.ts";
import type { LegId } from "../../../src/kernel/index.ts";
import type { Effect } from "../../../src/testing/internal/call-performer.ts";
import type { Entry } from "./agenda.ts";
import type { World } from "./world.ts";

/** The meeting that every token leads to, and some who take part in it by telephone. */
export const meetingId = "meeting-1";
export const attendeeIds = ["attendee-1", "attendee-2"] as const;
/** Nobody there has this id. */
export const strangerId = "stranger";

/** The rooms of meetings. */
export interface Rooms {
  join(effect: Effect<"join-meeting">): void;
  leave(effect: Effect<"leave-meeting">): void;
  mute(effect: Effect<"mute-attendees">): void;
}

const failure: PlaybackError = { code: "unknown", message: "the room is gone" };

/** Rooms that let telephones in, refuse them, say nothing, end while they are there, and mute whom they know. */
export function createRooms({ choices, agenda, give }: World): Rooms {
  const { below, one, rarely } = choices;
  const plans = new Map<LegId, Entry[]>();

  const plan = (legId: LegId, delayMs: number, happen: () => void): void => {
    const entries = plans.get(legId) ?? [];
    plans.set(legId, entries);
    entries.push(agenda.after(delayMs, happen));
  };
  const letIn = (legId: LegId): void => {
    give({ type: "meeting-joined", legId, meetingId, attendeeId: attendeeIds[0] });
    const life = below(5);
    if (life > 0) return;
    plan(legId, one([0, below(4_000), below(60_000)]), () => {
      give({ type: "meeting-left", legId, why: "the meeting was deleted" });
    });
  };

  return {
    join({ legId }) {
      const kind = below(12);
      const afterMs = one([0, 20, below(2_000)]);
      if (kind < 8) plan(legId, afterMs, () => letIn(legId));
      else if (kind < 11) {
        const isOurs = kind === 10;
        plan(legId, afterMs, () => give({ type: "meeting-refused", legId, why: "nobody is let in", isOurs }));
      }
    },
    leave({ legId }) {
      // Now and then its end was under way.
      if (!rarely(12)) for (const entry of plans.get(legId) ?? []) agenda.cancel(entry);
      if (rarely(15)) agenda.after(below(100), () => give({ type: "meeting-left", legId, why: "it ended" }));
    },
    mute({ muteId, attendees }) {
      const kind = below(12);
      if (kind === 11) return;
      const unknown = attendees.filter((attendee) => attendee === strangerId);
      agenda.after(one([0, 20, below(2_000)]), () =>
        give(
          kind === 10
            ? { type: "attendees-not-muted", muteId, error: failure }
            : { type: "attendees-muted", muteId, unknown },
        ),
      );
    },
  };
}
