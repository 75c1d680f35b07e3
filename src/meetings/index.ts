/** Meetings: who may take part in them, and the doors by which browsers and telephone legs do. */
export { meetingErrors, type MeetingErrorCode } from "./errors.ts";
export { createMeetings, type Meetings, type MeetingsLedger, type MeetingsOptions } from "./create-meetings.ts";
export { describeOccurrence } from "./events/describe-occurrence.ts";
export type { MeetingOccurrence } from "./events/meeting-event.ts";
export { createEventOutlet, type EventOutlet } from "./events/event-outlet.ts";
export { meetingRefusalCauses, type MeetingRefusalCause } from "./refusal-causes.ts";
export type { MemberView } from "./room/room.ts";
export type { RoomView } from "./room/rooms.ts";
export { createMeetingRegistry } from "./registry/create-registry.ts";
export { readTokenSecret } from "./registry/token-secret.ts";
export type { CreateAttendeeOutcome, MeetingRegistry, NewMeeting, SetCapabilitiesOutcome } from "./registry/types.ts";
export type {
  MeetingAttendee,
  MeetingDoor,
  MeetingEndReason,
  MeetingJoin,
  MeetingLegDelegate,
  MeetingMembership,
  MeetingRefusal,
  RegistryListener,
  RoomRegistry,
} from "./types.ts";
