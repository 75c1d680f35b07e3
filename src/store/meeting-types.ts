import type { Page, PageRequest } from "./page.ts";

/** What an attendee may send and hear or see of one kind of media. */
export type MediaCapability = "SendReceive" | "Send" | "Receive" | "None";

/** What an attendee may do. Source: `AttendeeCapabilities` of the service model. */
export interface AttendeeCapabilities {
  readonly audio: MediaCapability;
  readonly video: MediaCapability;
  readonly content: MediaCapability;
}

/** What a meeting was asked to have; a member that was not asked for is absent. */
export interface MeetingFeatures {
  readonly echoReduction?: "AVAILABLE" | "UNAVAILABLE";
  readonly maxVideoResolution?: "None" | "HD" | "FHD";
  readonly maxContentResolution?: "None" | "FHD" | "UHD";
  /** How many attendees may take part at one time, 1 to 250. */
  readonly maxAttendees?: number;
}

/** Where else the events of a meeting go: ARNs. */
export interface MeetingNotifications {
  readonly functionArn?: string;
  readonly topicArn?: string;
  readonly queueArn?: string;
}

/** A meeting that has not ended. */
export interface Meeting {
  readonly id: string;
  /** As the caller of the API named it; several meetings may have one. Only clients of the former `chime` namespace leave it out. */
  readonly externalMeetingId?: string;
  readonly mediaRegion: string;
  readonly hostId?: string;
  readonly features: MeetingFeatures;
  readonly notifications: MeetingNotifications;
  readonly tenantIds: readonly string[];
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  /** Epoch milliseconds. It ends 24 hours later at the latest. */
  readonly createdAt: number;
}

/** One who may take part in a meeting, by browser or by telephone. */
export interface Attendee {
  readonly id: string;
  readonly meetingId: string;
  /** As the caller of the API named the attendee; each name is there once in a meeting. */
  readonly externalUserId: string;
  readonly capabilities: AttendeeCapabilities;
}

/** By what a request to make a meeting is known again. */
export interface MeetingClaim {
  /** Digest of the ClientRequestToken; unique among the meetings that exist. */
  readonly tokenHash: string;
  /** Digest of everything else that was asked for. */
  readonly requestHash: string;
}

/** "claimed": the meeting that the same ClientRequestToken made. "full": as many as `limit` exist. */
export type InsertMeetingOutcome =
  | { readonly type: "inserted" }
  | { readonly type: "claimed"; readonly meeting: Meeting; readonly requestHash: string }
  | { readonly type: "full" };

export interface MeetingRecords {
  /** Rejects with `STORE_DUPLICATE_ID`. */
  insert(meeting: Meeting, claim: MeetingClaim, limit: number): Promise<InsertMeetingOutcome>;
  get(id: string): Promise<Meeting | undefined>;
  /** In order of creation. */
  all(): Promise<readonly Meeting[]>;
  /** The same by page. Rejects with `STORE_BAD_TOKEN` on a token that this listing did not make. */
  list(page: PageRequest): Promise<Page<Meeting>>;
  /** Replaces the tags; false when there is no such meeting. */
  setTags(id: string, tags: Meeting["tags"]): Promise<boolean>;
  /** With its attendees. */
  delete(id: string): Promise<boolean>;
}

/** "existing": the attendee of the meeting who has the external user id. "full": as many as `limit` exist in the meeting. */
export type InsertAttendeeOutcome =
  | { readonly type: "inserted" | "existing"; readonly attendee: Attendee }
  | { readonly type: "full" | "no-meeting" };

export interface AttendeeRecords {
  /** Rejects with `STORE_DUPLICATE_ID`. */
  insert(attendee: Attendee, limit: number): Promise<InsertAttendeeOutcome>;
  get(id: string): Promise<Attendee | undefined>;
  /** Of one meeting, in order of creation. Rejects with `STORE_BAD_TOKEN` on a token that this listing did not make. */
  list(page: PageRequest & { readonly meetingId: string }): Promise<Page<Attendee>>;
  /** The attendee as it is then; undefined when there is none. */
  setCapabilities(id: string, capabilities: AttendeeCapabilities): Promise<Attendee | undefined>;
  /** Sets them of all attendees of a meeting but those of `exceptIds`; gives those whose capabilities became others. */
  setCapabilitiesOfAll(
    meetingId: string,
    exceptIds: readonly string[],
    capabilities: AttendeeCapabilities,
  ): Promise<readonly Attendee[]>;
  delete(id: string): Promise<boolean>;
}
