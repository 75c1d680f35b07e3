import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Meeting } from "../../store/index.ts";
import { toMeetingEvent, type MeetingEventType } from "./meeting-event.ts";

const origin = { accountId: "111122223333", region: "us-east-1" };
const meeting: Meeting = {
  ...{ id: "m", externalMeetingId: "stand-up", mediaRegion: "eu-central-1", createdAt: 0 },
  ...{ features: {}, notifications: {}, tenantIds: [], tags: [] },
};
const capabilities = { audio: "SendReceive", video: "SendReceive", content: "SendReceive" } as const;
const attendee = { id: "a", meetingId: "m", externalUserId: "ada", capabilities };
const at = Date.UTC(2026, 10, 29, 2, 10, 0, 123);

// Contract: meetings-events
describe("an event of a meeting", () => {
  it("has the form of EventBridge", () => {
    const event = toMeetingEvent({ type: "chime:AttendeeJoined", meeting, attendee, at }, origin);

    assert.match(event.id, /^[0-9a-f-]{36}$/);
    assert.deepEqual(event, {
      version: "0",
      id: event.id,
      "detail-type": "Chime Meeting State Change",
      source: "aws.chime",
      account: "111122223333",
      time: "2026-11-29T02:10:00Z",
      region: "us-east-1",
      resources: [],
      detail: {
        version: "0",
        eventType: "chime:AttendeeJoined",
        timestamp: at,
        meetingId: "m",
        externalMeetingId: "stand-up",
        mediaRegion: "eu-central-1",
        attendeeId: "a",
        externalUserId: "ada",
        networkType: "Voip",
      },
    });
  });

  it("names an attendee only where one is meant, and the network only where one comes or goes", () => {
    const membersOf = (type: MeetingEventType, who?: typeof attendee) =>
      Object.keys(toMeetingEvent({ type, meeting, ...(who && { attendee: who }), at }, origin).detail).slice(6);

    assert.deepEqual(membersOf("chime:MeetingEnded"), []);
    assert.deepEqual(membersOf("chime:AttendeeAdded", attendee), ["attendeeId", "externalUserId"]);
    for (const type of ["chime:AttendeeLeft", "chime:AttendeeDropped"] as const) {
      assert.deepEqual(membersOf(type, attendee), ["attendeeId", "externalUserId", "networkType"]);
    }
  });
});
