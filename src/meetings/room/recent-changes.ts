import type { Attendee } from "../../store/index.ts";
import type { MeetingAttendee } from "../types.ts";

/** Between the look-up of a token and the joining there are at most 10 s. */
const keptMs = 60_000;

/** What became of attendees lately: somebody whose token was looked up before that may join after it. */
export class RecentChanges {
  /** Oldest first; undefined: deleted. */
  readonly #changes = new Map<string, { readonly attendee: Attendee | undefined; readonly atMs: number }>();

  /** @param attendee undefined when it was deleted */
  note(attendeeId: string, attendee: Attendee | undefined, nowMs: number): void {
    for (const [id, { atMs }] of this.#changes) {
      if (nowMs - atMs < keptMs) break;
      this.#changes.delete(id);
    }
    this.#changes.delete(attendeeId);
    this.#changes.set(attendeeId, { attendee, atMs: nowMs });
  }

  /** An attendee as it is now; undefined when it was deleted. */
  apply(who: MeetingAttendee): MeetingAttendee | undefined {
    const change = this.#changes.get(who.attendee.id);
    if (change === undefined) return who;
    return change.attendee && { ...who, attendee: change.attendee };
  }
}
