import type { LegId } from "../../../src/kernel/index.ts";
import type { TimelessInput } from "../../../src/testing/internal/call-performer.ts";
import { attendeeIds, meetingId } from "./rooms.ts";
import type { World } from "./world.ts";

const error = { code: "unknown", message: "stray" };
const updates = [{}, { n: "1" }];
const someLeg = "nobody" as LegId;

/** Begins what comes from outside at random times: updates of the API, a shutdown of the server, and inputs that are stale, doubled or
 * name what never was. */
export function beginOutside(world: World): void {
  const { agenda, choices } = world;
  const { below, one, rarely } = choices;
  const happenings = below(6);
  let delayMs = 0;
  for (let left = happenings; left > 0; left -= 1) {
    delayMs += one([0, below(100), below(5_000), below(5_000), below(40_000)]);
    agenda.after(delayMs, () => {
      if (below(3) < 2) world.give({ type: "update-requested", arguments: one(updates) });
      else world.give(rarely(5) ? { type: "shutdown" } : aStrayInput(world));
    });
  }
}

function aStrayInput({ choices, known }: World): TimelessInput {
  const { below, one } = choices;
  const legId = below(8) === 7 ? someLeg : one(known.legs);
  const id = known.ids.length === 0 ? "p0" : one(known.ids);
  switch (below(17)) {
    case 0:
      return { type: "start" };
    case 1:
      return { type: below(3) === 2 ? "leg-early-media" : "leg-ringing", legId };
    case 2:
      return { type: "leg-answered", legId };
    case 3:
      return { type: "leg-ended", legId, end: { type: "bye" } };
    case 4:
      return { type: "digit", legId, digit: "1" };
    case 5:
      return { type: "timer-fired", timerId: id };
    case 6:
      return { type: "playback-finished", playbackId: id };
    case 7:
      return { type: "recording-ended", recordingId: id, end: "duration", terminator: undefined };
    case 8:
      return { type: "digits-sent", sendId: id };
    case 9:
      return { type: "playback-failed", playbackId: id, error };
    case 10:
      return { type: "recording-started", recordingId: id };
    case 11:
      return { type: "recording-failed", recordingId: id, error };
    case 12:
      return { type: "meeting-joined", legId, meetingId, attendeeId: attendeeIds[1] };
    case 13:
      return { type: "meeting-refused", legId, why: "stray", isOurs: false };
    case 14:
      return { type: "meeting-left", legId, why: "stray" };
    case 15:
      return below(2) === 1
        ? { type: "attendees-muted", muteId: id, unknown: [] }
        : { type: "attendees-not-muted", muteId: id, error };
    default:
      return { type: "function-replied", invocationId: id, reply: { type: "response", value: null } };
  }
}
