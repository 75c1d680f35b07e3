import { defineOperation } from "../operation.ts";
import { getOrCreateAttendee, type AttendeeInput } from "./attendee-input.ts";

type Input = AttendeeInput & { readonly MeetingId: string };

/** Makes one who may take part, by browser or by telephone. Contract: meetings-external-user-id */
export const createAttendee = defineOperation<Input>("CreateAttendee", async (input, context) => ({
  Attendee: await getOrCreateAttendee(input.MeetingId, input, context),
}));
