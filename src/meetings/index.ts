/** Meetings: who may take part in them, and the doors by which browsers and telephone legs do. */
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
