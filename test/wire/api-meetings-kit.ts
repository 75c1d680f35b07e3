import assert from "node:assert/strict";
import * as sdk from "@aws-sdk/client-chime-sdk-meetings";
import type { ApiHarness } from "./api-harness.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What a test changes of a request to make a meeting. */
export type GivenMeeting = Partial<sdk.CreateMeetingRequest>;

/** Makes a meeting with the official client. */
export async function createMeeting({ meetingsClient }: ApiHarness, changes: GivenMeeting = {}) {
  const request = { MediaRegion: "eu-central-1", ExternalMeetingId: "stand-up", ...changes };
  const { Meeting } = await meetingsClient.send(new sdk.CreateMeetingCommand(request));
  assert.ok(Meeting?.MeetingId !== undefined);
  return { ...Meeting, MeetingId: Meeting.MeetingId };
}

/** Makes an attendee with the official client. */
export async function createAttendee(
  { meetingsClient }: ApiHarness,
  MeetingId: string,
  ExternalUserId: string,
  Capabilities?: sdk.AttendeeCapabilities,
) {
  const request = { MeetingId, ExternalUserId, ...(Capabilities === undefined ? {} : { Capabilities }) };
  const { Attendee } = await meetingsClient.send(new sdk.CreateAttendeeCommand(request));
  assert.ok(Attendee?.AttendeeId !== undefined);
  return { ...Attendee, AttendeeId: Attendee.AttendeeId };
}

/** Asserts what a user of the client sees of an error. */
async function assertFails(
  request: Promise<unknown>,
  expected: { error: abstract new (...args: never) => Error; code: string; status: number; message: RegExp },
) {
  const error: unknown = await request.then(
    () => assert.fail("the request succeeded"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof expected.error, String(error));
  const { $metadata, Code, RequestId } = error as sdk.BadRequestException;
  assert.match(error.message, expected.message);
  assert.equal(Code, expected.code);
  assert.equal($metadata.httpStatusCode, expected.status);
  assert.equal(RequestId, $metadata.requestId);
  assert.match(RequestId ?? "", uuid);
}

const fault = <Type extends abstract new (...args: never) => Error>(error: Type, code: string, status: number) => {
  return (message: RegExp) => ({ error, code, status, message });
};
/** What the client shows of each error. */
export const faults = {
  assertFails,
  badRequest: fault(sdk.BadRequestException, "BadRequest", 400),
  limitExceeded: fault(sdk.LimitExceededException, "LimitExceeded", 400),
  notFound: fault(sdk.NotFoundException, "NotFound", 404),
  conflict: fault(sdk.ConflictException, "Conflict", 409),
  unprocessable: fault(sdk.UnprocessableEntityException, "Unprocessable", 422),
};
