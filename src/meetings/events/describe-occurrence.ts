import type { AttendeeCapabilities } from "../../store/index.ts";
import type { MeetingOccurrence } from "./meeting-event.ts";

type Why = Exclude<MeetingOccurrence["why"], undefined>;

const reasons: Readonly<Record<Why, string>> = {
  deleted: "it was deleted",
  "nobody-there": "nobody took part in its audio for five minutes",
  "too-old": "it is 24 hours old",
  replaced: "joined from another device",
  superseded: "its client came back over another connection",
  "meeting-ended": "the meeting ended",
  "attendee-deleted": "the attendee was deleted",
  full: "the meeting is full",
  "no-media": "its audio is gone for good",
  dropped: "its connection was lost, and it did not come back in time",
  "no-packets": "no audio comes of it any more",
  itself: "by itself",
  room: "by ModifyChimeMeetingAttendees",
};

const ways = { browser: "by browser", telephone: "by phone" } as const;

/** What happened in a meeting, in one line for people; attendees by the names that programs gave them. */
export function describeOccurrence({ type, meeting, attendee, by, why, transactionId }: MeetingOccurrence): string {
  const who = attendee?.externalUserId ?? "";
  const reason = why === undefined ? "" : `: ${reasons[why]}`;
  const way = by === undefined ? "" : ` ${ways[by]}`;
  switch (type) {
    case "chime:MeetingStarted":
      return `${meeting.externalMeetingId ?? "a meeting"} made, MeetingId ${meeting.id}`;
    case "chime:MeetingEnded":
      return `ended${reason}`;
    case "chime:AttendeeAdded":
      return `${who} may join, AttendeeId ${attendee?.id ?? ""}`;
    case "chime:AttendeeDeleted":
      return `${who} deleted: may join no more`;
    case "chime:AttendeeAuthorized":
      return `${who} joined from another device; its earlier connection${way} ended`;
    case "chime:AttendeeJoined":
      return `${who} joined${way}${transactionId === undefined ? "" : `, call ${transactionId.slice(0, 4)}`}`;
    case "chime:AttendeeLeft":
      return `${who} left${reason}`;
    case "chime:AttendeeDropped":
      return `${who} dropped${reason}`;
    case "chime:AttendeeCapabilitiesUpdated":
      return `${who} may now: ${attendee === undefined ? "" : describeCapabilities(attendee.capabilities)}`;
    case "offhook:AttendeeMuted":
    case "offhook:AttendeeUnmuted":
      return `${who} ${type === "offhook:AttendeeMuted" ? "muted" : "unmuted"}${why === undefined ? "" : ` ${reasons[why]}`}`;
    default:
      return type satisfies never;
  }
}

function describeCapabilities({ audio, video, content }: AttendeeCapabilities): string {
  return `Audio ${audio}, Video ${video}, Content ${content}`;
}
