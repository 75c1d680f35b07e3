import type {
  Attendee,
  AttendeeCapabilities,
  Meeting,
  MeetingFeatures,
  MeetingNotifications,
  Page,
  PageRequest,
} from "../../store/index.ts";
import type { RoomRegistry } from "../types.ts";

/** What a meeting is asked to be. */
export interface NewMeeting {
  /** The ClientRequestToken: a second request with it gets the same meeting, as long as that lives. */
  readonly requestToken: string;
  readonly externalMeetingId: string | undefined;
  readonly mediaRegion: string;
  readonly hostId: string | undefined;
  readonly features: MeetingFeatures;
  readonly notifications: MeetingNotifications;
  readonly tenantIds: readonly string[];
  readonly tags: Meeting["tags"];
}

/** "existing": made by an earlier request with the same ClientRequestToken. "conflict": that one asked for something else. */
export type CreateMeetingOutcome =
  | { readonly type: "created" | "existing"; readonly meeting: Meeting }
  | { readonly type: "conflict" }
  | { readonly type: "full"; readonly limit: number };

export interface NewAttendee {
  readonly externalUserId: string;
  /** Default: those of the meeting's features. */
  readonly capabilities: AttendeeCapabilities | undefined;
}

/** "existing": an earlier request named the same external user id; its capabilities stay as they are. */
export type CreateAttendeeOutcome =
  | { readonly type: "created" | "existing"; readonly attendee: Attendee }
  | { readonly type: "not-capable"; readonly why: string }
  | { readonly type: "full"; readonly limit: number }
  | { readonly type: "no-meeting" };

export type SetCapabilitiesOutcome =
  | { readonly type: "set"; readonly attendees: readonly Attendee[] }
  | { readonly type: "not-capable"; readonly why: string }
  | { readonly type: "no-meeting" | "no-attendee" };

/** Meetings and attendees: what the API does with them, beside what rooms do. */
export interface MeetingRegistry extends RoomRegistry {
  createMeeting(request: NewMeeting): Promise<CreateMeetingOutcome>;
  /** In order of creation. Rejects with `STORE_BAD_TOKEN`. */
  listMeetings(page: PageRequest): Promise<Page<Meeting>>;
  /** False when there is no such meeting. */
  setMeetingTags(meetingId: string, tags: Meeting["tags"]): Promise<boolean>;
  createAttendee(meetingId: string, request: NewAttendee): Promise<CreateAttendeeOutcome>;
  findAttendee(meetingId: string, attendeeId: string): Promise<Attendee | undefined>;
  /** In order of creation; undefined when there is no such meeting. Rejects with `STORE_BAD_TOKEN`. */
  listAttendees(meetingId: string, page: PageRequest): Promise<Page<Attendee> | undefined>;
  /** False when there is no such attendee. */
  deleteAttendee(meetingId: string, attendeeId: string): Promise<boolean>;
  setCapabilities(
    meetingId: string,
    attendeeId: string,
    capabilities: AttendeeCapabilities,
  ): Promise<SetCapabilitiesOutcome>;
  /** Of all attendees but those of `exceptIds`; tells those whose capabilities became others. */
  setCapabilitiesOfAll(
    meetingId: string,
    exceptIds: readonly string[],
    capabilities: AttendeeCapabilities,
  ): Promise<SetCapabilitiesOutcome>;
  /** The token by which an attendee joins. Never to be logged. */
  tokenOf(attendee: Attendee): string;
}
