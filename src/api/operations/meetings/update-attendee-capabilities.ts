import type { AttendeeCapabilities } from "@aws-sdk/client-chime-sdk-meetings";
import type { SetCapabilitiesOutcome } from "../../../meetings/index.ts";
import type { Attendee } from "../../../store/index.ts";
import { refuse } from "../../refuse.ts";
import { fromWireCapabilities } from "../../wire/meeting-shapes.ts";
import { defineOperation } from "../operation.ts";
import { answerAttendee } from "./attendee-input.ts";
import { noAttendee, noMeeting } from "./find.ts";

interface OneInput {
  readonly MeetingId: string;
  readonly AttendeeId: string;
  readonly Capabilities: AttendeeCapabilities;
}

interface AllInput {
  readonly MeetingId: string;
  readonly ExcludedAttendeeIds: readonly { readonly AttendeeId: string }[];
  readonly Capabilities: AttendeeCapabilities;
}

/** Sets what one attendee may send and hear, at once. Contract: meetings-capabilities */
export const updateAttendeeCapabilities = defineOperation<OneInput>(
  "UpdateAttendeeCapabilities",
  async ({ MeetingId, AttendeeId, Capabilities }, { meetings }) => {
    const outcome = await meetings.setCapabilities(MeetingId, AttendeeId, fromWireCapabilities(Capabilities));
    const [attendee] = attendeesOf(outcome, MeetingId, AttendeeId);
    if (attendee === undefined) throw noAttendee(MeetingId, AttendeeId);
    return { Attendee: answerAttendee(attendee, meetings) };
  },
);

/** The same for all attendees but some; ids that name nobody are ignored. Contract: meetings-capabilities-of-all */
export const batchUpdateAttendeeCapabilitiesExcept = defineOperation<AllInput>(
  "BatchUpdateAttendeeCapabilitiesExcept",
  async ({ MeetingId, ExcludedAttendeeIds, Capabilities }, { meetings }) => {
    const excluded = ExcludedAttendeeIds.map(({ AttendeeId }) => AttendeeId);
    attendeesOf(
      await meetings.setCapabilitiesOfAll(MeetingId, excluded, fromWireCapabilities(Capabilities)),
      MeetingId,
    );
    return undefined;
  },
);

function attendeesOf(outcome: SetCapabilitiesOutcome, meetingId: string, attendeeId = ""): readonly Attendee[] {
  switch (outcome.type) {
    case "set":
      return outcome.attendees;
    case "not-capable":
      throw refuse("API_BAD_REQUEST", outcome.why);
    case "no-meeting":
      throw noMeeting(meetingId);
    case "no-attendee":
      throw noAttendee(meetingId, attendeeId);
    default:
      return outcome satisfies never;
  }
}
