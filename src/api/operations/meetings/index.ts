/** The operations of the meetings service. */
import type { Operation } from "../operation.ts";
import { batchCreateAttendee } from "./batch-create-attendee.ts";
import { createAttendee } from "./create-attendee.ts";
import { createMeetingWithAttendees } from "./create-meeting-with-attendees.ts";
import { createMeeting } from "./create-meeting.ts";
import { deleteAttendee } from "./delete-attendee.ts";
import { deleteMeeting } from "./delete-meeting.ts";
import { getAttendee } from "./get-attendee.ts";
import { getMeeting } from "./get-meeting.ts";
import { listAttendees } from "./list-attendees.ts";
import { listMeetings } from "./list-meetings.ts";
import { startMeetingTranscription, stopMeetingTranscription } from "./transcription.ts";
import { batchUpdateAttendeeCapabilitiesExcept, updateAttendeeCapabilities } from "./update-attendee-capabilities.ts";

/** All but those on tags, which both services have, and the listing of meetings that the former namespace had. */
export const meetingOperations: readonly Operation[] = [
  createMeeting,
  createMeetingWithAttendees,
  getMeeting,
  listMeetings,
  deleteMeeting,
  createAttendee,
  batchCreateAttendee,
  getAttendee,
  listAttendees,
  deleteAttendee,
  updateAttendeeCapabilities,
  batchUpdateAttendeeCapabilitiesExcept,
  startMeetingTranscription,
  stopMeetingTranscription,
];
