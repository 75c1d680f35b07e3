import { setImmediate as nextTurn } from "node:timers/promises";
import type { AttendeeCapabilities, CreateAttendeeError } from "@aws-sdk/client-chime-sdk-meetings";
import type * as client from "@aws-sdk/client-chime-sdk-meetings";
import { AppError } from "../../../kernel/index.ts";
import type { Attendee } from "../../../store/index.ts";
import { refuse } from "../../refuse.ts";
import { describeFound } from "../../wire/describe.ts";
import { externalId } from "../../wire/meeting-constraints.ts";
import { fromWireCapabilities, toWireAttendee } from "../../wire/meeting-shapes.ts";
import { toWireError } from "../../wire/wire-error.ts";
import type { OperationContext } from "../operation.ts";
import { noMeeting } from "./find.ts";

/** One attendee as it is asked for. */
export interface AttendeeInput {
  readonly ExternalUserId: string;
  readonly Capabilities?: AttendeeCapabilities;
}

/** Makes the attendee, or finds the one of the meeting who has the external user id.
 * Contract: meetings-external-user-id, meetings-attendee-limit, meetings-capabilities */
export async function getOrCreateAttendee(
  meetingId: string,
  input: AttendeeInput,
  { meetings }: OperationContext,
): Promise<client.Attendee> {
  const outcome = await meetings.createAttendee(meetingId, {
    externalUserId: input.ExternalUserId,
    capabilities: input.Capabilities && fromWireCapabilities(input.Capabilities),
  });
  switch (outcome.type) {
    case "created":
    case "existing":
      return answerAttendee(outcome.attendee, meetings);
    case "not-capable":
      throw refuse("API_BAD_REQUEST", outcome.why);
    case "full":
      throw refuse(
        "API_LIMIT_EXCEEDED",
        `The meeting has ${outcome.limit} attendees, the most that there may be; DeleteAttendee makes room.`,
      );
    case "no-meeting":
      throw noMeeting(meetingId);
    default:
      return outcome satisfies never;
  }
}

/** The attendee in the form of the answer, with the token. */
export function answerAttendee(attendee: Attendee, meetings: OperationContext["meetings"]): client.Attendee {
  return toWireAttendee(attendee, meetings.tokenOf(attendee));
}

/** The outcome of a batch. */
export interface BatchOutcome {
  readonly Attendees: client.Attendee[];
  readonly Errors: CreateAttendeeError[];
}

/** Makes each attendee that can be made and tells why of the others. Rejects when the meeting ends meanwhile. Contract: meetings-batches */
export async function createBatch(
  meetingId: string,
  inputs: readonly AttendeeInput[],
  context: OperationContext,
): Promise<BatchOutcome> {
  const outcome: BatchOutcome = { Attendees: [], Errors: [] };
  for (const input of inputs) {
    // A hundred at once would keep calls waiting.
    await nextTurn();
    try {
      checkName(input.ExternalUserId);
      outcome.Attendees.push(await getOrCreateAttendee(meetingId, input, context));
    } catch (error) {
      const { status, code } = toWireError(error, "meetings");
      if (!(error instanceof AppError) || status === 404 || status === 500) throw error;
      const { ExternalUserId } = input;
      outcome.Errors.push({ ExternalUserId, ErrorCode: code, ErrorMessage: error.message });
    }
  }
  return outcome;
}

function checkName(name: string): void {
  const { rule, length: [min, max] = [0, 0], pattern } = externalId;
  const isRight = name.length >= min && name.length <= max && pattern?.test(name) !== false;
  if (!isRight) throw refuse("API_BAD_REQUEST", `ExternalUserId is ${describeFound(name)}; it must be ${rule}.`);
}
