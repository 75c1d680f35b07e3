// Calls by script, in virtual time: no phone, no network, no waiting. Run it with: node --test

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { dial } from "offhook/testing";

// What CreateMeeting and CreateAttendee answer, as the function needs it; on a server it is the server's own API.
const requests = [];
let JoinToken = "a-token";
const meetings = createServer(async (request, response) => {
  let text = "";
  for await (const part of request) text += part;
  requests.push(JSON.parse(text));
  const [MeetingId, AttendeeId] = ["2f5d9a1f-3b02-4b6e-9a57-5c9b0b9d1f3a", "7c1f5d9e-0a03-4b3c-8d3e-c2a8b0de2f0e"];
  const isAttendee = request.url?.includes("attendees");
  const answer = isAttendee ? { Attendee: { AttendeeId, JoinToken } } : { Meeting: { MeetingId } };
  response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
});
await new Promise((resolve) => meetings.listen(0, "127.0.0.1", resolve));
after(() => meetings.close());
process.env.AWS_ENDPOINT_URL_CHIME_SDK_MEETINGS = `http://127.0.0.1:${meetings.address().port}`;
Object.assign(process.env, { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x" });
const { handler } = await import("./index.mjs");

/** A caller who is in the meeting of a PIN. */
async function dialIn(options) {
  const call = await dial(handler, { hangsAfterRealMs: 20_000, ...options });
  await call.hears(/^Welcome\. Please enter the four digits of your PIN\.$/);
  await call.presses("1234");
  await call.hears(/^You are in\. Star seven mutes you, star eight ends that\.$/, { toTheEnd: true });
  return call;
}

test("a PIN leads into its meeting, as an attendee of the caller's number; *7 mutes, *8 ends that", async () => {
  const call = await dialIn({ from: "+15105550177" });
  const [meeting, attendee] = requests;
  assert.equal(meeting.ExternalMeetingId, "pin-1234");
  assert.equal(meeting.ClientRequestToken, "pin-1234");
  assert.equal(meeting.MediaRegion, "us-east-1");
  assert.match(attendee.ExternalUserId, /^\+15105550177#[0-9a-f]{8}$/);
  await call.asksFor("SpeakAndGetDigits", {
    ParticipantTag: "LEG-A",
    InputDigitsRegex: "^\\d{4}$",
    MinNumberOfDigits: 4,
    MaxNumberOfDigits: 4,
    Repeat: 3,
    RepeatDurationInMilliseconds: 10_000,
  });
  await call.asksFor("JoinChimeMeeting", { JoinToken: "a-token" });
  await call.asksFor("ReceiveDigits", {
    ParticipantTag: "LEG-A",
    InputDigitsRegex: "^\\*[78]$",
    InBetweenDigitsDurationInMilliseconds: 1_000,
    FlushDigitsDurationInMilliseconds: 10_000,
  });
  await call.asksFor("Speak", { ParticipantTag: "LEG-A" });
  const [, meetingLeg] = call.events.at(-1).CallDetails.Participants;
  const muting = {
    ParticipantTag: "LEG-B",
    CallId: meetingLeg.CallId,
    AttendeeList: [call.attributes.attendeeId],
    MeetingId: call.attributes.meetingId,
  };
  await call.presses("*7");
  await call.hears(/^Muted\.$/, { toTheEnd: true });
  await call.asksFor("ModifyChimeMeetingAttendees", { ...muting, Operation: "Mute" });
  await call.asksFor("Speak");
  await call.presses("*8");
  await call.hears(/^No longer muted\.$/);
  await call.asksFor("ModifyChimeMeetingAttendees", { ...muting, Operation: "Unmute" });
  await call.hangsUp();
  await call.ends();

  assert.deepEqual(call.findings, []);
});

test("three wrong PINs end the call", async () => {
  const call = await dial(handler, { hangsAfterRealMs: 20_000 });
  for (const _ of [1, 2, 3]) {
    await call.hears("enter the four digits");
    await call.presses("12#");
    await call.hears(/^A PIN has four digits\.$/);
  }
  await call.hears(/^Goodbye\.$/, { toTheEnd: true });
  await call.isHungUp();
  assert.deepEqual(call.findings, []);
});

test("who is in a meeting that ends is told so", async () => {
  const call = await dialIn();
  await call.meetingEnds();
  await call.hears(/^The meeting is over\. Goodbye\.$/, { toTheEnd: true });
  await call.isHungUp();
  assert.deepEqual(call.findings, []);
});

test("who cannot join the meeting is told so", async () => {
  JoinToken = "";
  const call = await dial(handler, { hangsAfterRealMs: 20_000 });
  await call.hears("enter the four digits");
  await call.presses("1234");
  await call.hears(/^The meeting cannot be joined\. Goodbye\.$/, { toTheEnd: true });
  await call.isHungUp();
});
