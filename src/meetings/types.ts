import type { MediaSession } from "../media/index.ts";
import type { Attendee, Meeting } from "../store/index.ts";

/** An attendee with the meeting. */
export interface MeetingAttendee {
  readonly meeting: Meeting;
  readonly attendee: Attendee;
}

/** Why a meeting ended: its operation, five minutes in which nobody took part in its audio, or 24 hours. */
export type MeetingEndReason = "deleted" | "nobody-there" | "too-old";

/** How somebody takes part in a meeting. */
export type MemberKind = "browser" | "telephone";

/** Why a member is out of a room without having left. */
export type MemberEnd =
  /** Its attendee joined elsewhere. */
  | "replaced"
  /** Its client came back over another socket. */
  | "superseded"
  | "meeting-ended"
  | "attendee-deleted"
  | "full"
  /** No keys came for its audio, or its path was lost. */
  | "no-media"
  /** Its client did not come back. */
  | "dropped";

/** Something that is told of somebody who takes part: by the meeting's events, but for microphones, and in its record.
 * - joined: takes part now; left: on purpose, or since it was put out; dropped: without a word, never also left
 * - authorized: its token was used again elsewhere, and its earlier connection is over */
export interface MemberHappening {
  readonly what: "joined" | "left" | "dropped" | "authorized" | "muted" | "unmuted";
  readonly by: MemberKind;
  /** Of a departure, undefined: it left by itself. Of a microphone: who turned it. "no-packets": none comes any more, yet it may come back. */
  readonly why?: MemberEnd | "no-packets" | "itself" | "room" | undefined;
  /** The call by which a telephone takes part; undefined: a browser, or a call that has no application. */
  readonly transactionId?: string | undefined;
}

/** Tells the rooms what the API did, in order, when the store has it. */
export interface RegistryListener {
  onMeetingCreated?(meeting: Meeting): void;
  /** All its tokens are void by now. */
  onMeetingEnded?(meeting: Meeting, reason: MeetingEndReason): void;
  /** Its token is void by now. */
  onAttendeeDeleted?(who: MeetingAttendee): void;
  /** `who` as it is now. */
  onCapabilitiesChanged?(who: MeetingAttendee): void;
}

/** What the rooms ask of the registry, and tell it. */
export interface RoomRegistry {
  /** Whom a token names; undefined when it is none of ours, or its attendee or meeting is gone. Compares in constant time. */
  resolveToken(token: string): Promise<MeetingAttendee | undefined>;
  /** The meeting, when it was made and has not ended. */
  findMeeting(meetingId: string): Promise<Meeting | undefined>;
  /** Every meeting that has not ended: at a start, those that the store kept. */
  liveMeetings(): Promise<readonly Meeting[]>;
  /** Tells outside what happened to somebody who takes part. */
  note(who: MeetingAttendee, happening: MemberHappening): void;
  /** Ends a meeting as DeleteMeeting does, and tells the listeners. False when there is none, or it has ended already. */
  endMeeting(meetingId: string, reason: MeetingEndReason): Promise<boolean>;
  /** Hears of what happens from now on; returns what ends that. */
  listen(listener: RegistryListener): () => void;
}

/** How telephone legs get into meetings: what the call engine asks of this room. */
export interface MeetingDoor {
  /** Joins the audio of a telephone leg as the attendee whom the token names.
   * @param request `meetingId`: must be the token's when it is given */
  join(request: MeetingJoin, delegate: MeetingLegDelegate): Promise<MeetingMembership | MeetingRefusal>;
  /** Mutes attendees who take part by telephone, or lets them speak again. `unknown`: ids that name none of the meeting. */
  setMuted(
    meetingId: string,
    attendeeIds: readonly string[],
    isMuted: boolean,
  ): Promise<{ readonly unknown: readonly string[] }>;
}

export interface MeetingJoin {
  readonly token: string;
  readonly meetingId: string | undefined;
  /** The call of the telephone, when it has an application. */
  readonly transactionId?: string;
  readonly session: MediaSession;
}

/** A telephone leg in a meeting. */
export interface MeetingMembership {
  readonly type: "joined";
  readonly meetingId: string;
  readonly attendeeId: string;
  /** Leaving again does nothing. */
  leave(): void;
}

/** Why a leg was not let in. */
export interface MeetingRefusal {
  readonly type: "refused";
  readonly cause: "bad-token" | "other-meeting" | "ended" | "full" | "failed";
  /** One sentence for a person. */
  readonly why: string;
}

export interface MeetingLegDelegate {
  /** The leg is out of the meeting, not by `leave`: it ended, the attendee was deleted, or joined elsewhere. Told once.
   * @param why one sentence for a person */
  onRemoved(why: string): void;
}
