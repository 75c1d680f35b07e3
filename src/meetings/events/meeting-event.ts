import { newId } from "../../kernel/index.ts";
import type { Attendee, Meeting } from "../../store/index.ts";
import type { MeetingEndReason, MemberHappening } from "../types.ts";

/** What happened. Source: the events of the original's meetings, as far as there is no video. */
export type MeetingEventType =
  | "chime:MeetingStarted"
  | "chime:MeetingEnded"
  | "chime:AttendeeAdded"
  | "chime:AttendeeDeleted"
  | "chime:AttendeeAuthorized"
  | "chime:AttendeeJoined"
  | "chime:AttendeeLeft"
  | "chime:AttendeeDropped"
  | "chime:AttendeeCapabilitiesUpdated";

/** An event of a meeting in the form of EventBridge. Contract: meetings-events */
export interface MeetingEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": "Chime Meeting State Change";
  readonly source: "aws.chime";
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: MeetingEventDetail;
}

/** The last three only where an attendee is meant, `networkType` where one comes or goes. */
interface MeetingEventDetail {
  readonly version: "0";
  readonly eventType: MeetingEventType;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly meetingId: string;
  readonly externalMeetingId?: string;
  readonly mediaRegion: string;
  readonly attendeeId?: string;
  readonly externalUserId?: string;
  readonly networkType?: "Voip";
}

/** What happened in a meeting, with what its events do not tell. */
export interface MeetingOccurrence extends Partial<Omit<MemberHappening, "what" | "why">> {
  readonly type: MeetingEventType | "offhook:AttendeeMuted" | "offhook:AttendeeUnmuted";
  readonly meeting: Meeting;
  readonly attendee?: Attendee;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly why?: MemberHappening["why"] | MeetingEndReason;
}

/** The server that tells it. */
export interface EventOrigin {
  readonly accountId: string;
  readonly region: string;
}

const comeAndGo: ReadonlySet<MeetingEventType> = new Set([
  "chime:AttendeeJoined",
  "chime:AttendeeLeft",
  "chime:AttendeeDropped",
]);

/** Whether there is an event of it: the original has none of microphones. */
export function isEvent(occurrence: MeetingOccurrence): occurrence is MeetingOccurrence & { type: MeetingEventType } {
  return occurrence.type.startsWith("chime:");
}

/** Makes the event of an occurrence. Those who take part by telephone are "Voip" too, the only value that is documented. */
export function toMeetingEvent(
  occurrence: MeetingOccurrence & { readonly type: MeetingEventType },
  from: EventOrigin,
): MeetingEvent {
  const { type, meeting, attendee, at } = occurrence;
  return {
    version: "0",
    id: newId(),
    "detail-type": "Chime Meeting State Change",
    source: "aws.chime",
    account: from.accountId,
    time: new Date(at).toISOString().replace(/\.\d+Z$/, "Z"),
    region: from.region,
    resources: [],
    detail: {
      version: "0",
      eventType: type,
      timestamp: at,
      meetingId: meeting.id,
      ...(meeting.externalMeetingId === undefined ? {} : { externalMeetingId: meeting.externalMeetingId }),
      mediaRegion: meeting.mediaRegion,
      ...(attendee === undefined ? {} : { attendeeId: attendee.id, externalUserId: attendee.externalUserId }),
      ...(comeAndGo.has(type) ? { networkType: "Voip" } : {}),
    },
  };
}
