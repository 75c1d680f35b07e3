import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Attendee, Meeting } from "../../store/index.ts";
import { describeOccurrence } from "./describe-occurrence.ts";
import type { MeetingOccurrence } from "./meeting-event.ts";

const meeting: Meeting = {
  ...{ id: "m-1", externalMeetingId: "pin-1234", mediaRegion: "us-east-1", createdAt: 0 },
  ...{ features: {}, notifications: {}, tenantIds: [], tags: [] },
};
const attendee: Attendee = {
  ...{ id: "a-1", meetingId: "m-1", externalUserId: "Ada" },
  capabilities: { audio: "Receive", video: "None", content: "None" },
};
const line = (occurrence: Omit<MeetingOccurrence, "meeting" | "at">) =>
  describeOccurrence({ meeting, attendee, at: 0, ...occurrence });

describe("what happens in a meeting, for people", () => {
  it("names who came by browser and who by which call", () => {
    assert.equal(line({ type: "chime:AttendeeJoined", by: "browser" }), "Ada joined by browser");
    assert.equal(
      line({ type: "chime:AttendeeJoined", by: "telephone", transactionId: "053c2ead-6c95" }),
      "Ada joined by phone, call 053c",
    );
    assert.equal(
      line({ type: "chime:AttendeeAuthorized", by: "telephone", why: "replaced" }),
      "Ada joined from another device; its earlier connection by phone ended",
    );
  });

  it("says who turned a microphone", () => {
    assert.equal(line({ type: "offhook:AttendeeMuted", by: "browser", why: "itself" }), "Ada muted by itself");
    assert.equal(
      line({ type: "offhook:AttendeeUnmuted", by: "telephone", why: "room" }),
      "Ada unmuted by ModifyChimeMeetingAttendees",
    );
  });

  it("says why somebody is out, and why the meeting is over", () => {
    assert.equal(line({ type: "chime:AttendeeLeft", by: "browser" }), "Ada left");
    assert.equal(
      line({ type: "chime:AttendeeLeft", by: "browser", why: "meeting-ended" }),
      "Ada left: the meeting ended",
    );
    assert.equal(
      line({ type: "chime:AttendeeDropped", by: "telephone", why: "no-packets" }),
      "Ada dropped: no audio comes of it any more",
    );
    assert.equal(
      line({ type: "chime:MeetingEnded", why: "nobody-there" }),
      "ended: nobody took part in its audio for five minutes",
    );
  });

  it("names what the API did", () => {
    assert.equal(line({ type: "chime:MeetingStarted" }), "pin-1234 made, MeetingId m-1");
    assert.equal(line({ type: "chime:AttendeeAdded" }), "Ada may join, AttendeeId a-1");
    assert.equal(line({ type: "chime:AttendeeDeleted" }), "Ada deleted: may join no more");
    assert.equal(
      line({ type: "chime:AttendeeCapabilitiesUpdated" }),
      "Ada may now: Audio Receive, Video None, Content None",
    );
  });
});
