/** Meetings: who may take part in them, and the doors by which browsers and telephone legs do. */
export { meetingErrors, type MeetingErrorCode } from "./errors.ts";
export { createEventOutlet, type EventOutlet } from "./events/event-outlet.ts";
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
