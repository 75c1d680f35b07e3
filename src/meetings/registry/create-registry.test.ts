import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Store } from "../../store/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { openMemoryStore } from "../../testing/internal/memory-store.ts";
import { createMeetingRegistry } from "./create-registry.ts";
import type { MeetingRegistry, NewMeeting } from "./types.ts";

const plain: Omit<NewMeeting, "requestToken"> = {
  externalMeetingId: "stand-up",
  mediaRegion: "us-east-1",
  hostId: undefined,
  features: {},
  notifications: {},
  tenantIds: [],
  tags: [],
};

interface Scene {
  readonly store: Store;
  readonly registry: MeetingRegistry;
  /** What listeners and events told, in order. */
  readonly told: readonly string[];
  /** A second registry over the same store, as after a restart. */
  restart(secret?: number): MeetingRegistry;
  meeting(token?: string): Promise<string>;
  attendee(meetingId: string, name: string): Promise<{ readonly id: string; readonly token: string }>;
}

const withRegistry = (body: (scene: Scene) => Promise<void>) => async () => {
  const store = await openMemoryStore();
  const told: string[] = [];
  const restart = (secret = 1) =>
    createMeetingRegistry({
      store,
      tokenSecret: new Uint8Array(32).fill(secret),
      maxMeetings: 10,
      clock: createManualClock(),
      onOccurrence: ({ type, attendee }) => void told.push(`${type} ${attendee?.externalUserId ?? ""}`.trim()),
    });
  const registry = restart();
  registry.listen({
    onMeetingCreated: () => void told.push("created"),
    onMeetingEnded: (_meeting, reason) => void told.push(`ended: ${reason}`),
    onAttendeeDeleted: ({ attendee }) => void told.push(`deleted ${attendee.externalUserId}`),
    onCapabilitiesChanged: ({ attendee }) =>
      void told.push(`${attendee.externalUserId} ${attendee.capabilities.audio}`),
  });
  const meeting = async (requestToken = "t") => {
    const outcome = await registry.createMeeting({ ...plain, requestToken });
    assert.ok(outcome.type === "created" || outcome.type === "existing");
    return outcome.meeting.id;
  };
  const attendee = async (meetingId: string, externalUserId: string) => {
    const outcome = await registry.createAttendee(meetingId, { externalUserId, capabilities: undefined });
    assert.ok(outcome.type === "created" || outcome.type === "existing");
    return { id: outcome.attendee.id, token: registry.tokenOf(outcome.attendee) };
  };
  try {
    await body({ store, registry, told, restart, meeting, attendee });
  } finally {
    await store.close();
  }
};

describe("the registry of meetings", () => {
  it(
    "keeps meetings, attendees and their tokens over a restart",
    withRegistry(async ({ restart, meeting, attendee }) => {
      const id = await meeting();
      const ada = await attendee(id, "ada");
      const after = restart();

      assert.deepEqual(
        (await after.liveMeetings()).map((live) => live.id),
        [id],
      );
      const found = await after.resolveToken(ada.token);
      assert.deepEqual([found?.meeting.id, found?.attendee.id], [id, ada.id]);
      const again = await after.createMeeting({ ...plain, requestToken: "t" });
      assert.ok(again.type === "existing" && again.meeting.id === id);
    }),
  );

  it(
    "knows no token that was made with another secret",
    withRegistry(async ({ restart, meeting, attendee }) => {
      const { token } = await attendee(await meeting(), "ada");

      assert.equal(await restart(2).resolveToken(token), undefined);
    }),
  );

  it(
    "keeps nothing in the store by which anybody could join",
    withRegistry(async ({ store, meeting, attendee }) => {
      const id = await meeting("a-secret-request-token");
      const ada = await attendee(id, "ada");
      const [proof = ""] = Buffer.from(ada.token, "base64url").toString().split(":").slice(1);
      const kept = JSON.stringify([await store.meetings.all(), await store.attendees.get(ada.id)]);

      assert.ok(kept.includes(ada.id));
      for (const secret of [ada.token, proof, "a-secret-request-token"]) assert.ok(!kept.includes(secret));
    }),
  );

  it(
    "tells listeners what happened, and then the event of it",
    withRegistry(async ({ registry, told, meeting, attendee }) => {
      const id = await meeting();
      const [ada] = [await attendee(id, "ada"), await attendee(id, "bob"), await attendee(id, "ada")];
      const quiet = { audio: "Receive", video: "Receive", content: "None" } as const;
      await registry.setCapabilities(id, ada.id, quiet);
      await registry.setCapabilitiesOfAll(id, [], quiet);
      await registry.deleteAttendee(id, ada.id);
      await registry.endMeeting(id, "nobody-there");

      assert.deepEqual(told, [
        "created",
        "chime:MeetingStarted",
        "chime:AttendeeAdded ada",
        "chime:AttendeeAdded bob",
        "ada Receive",
        "chime:AttendeeCapabilitiesUpdated ada",
        "bob Receive",
        "chime:AttendeeCapabilitiesUpdated bob",
        "deleted ada",
        "chime:AttendeeDeleted ada",
        "ended: nobody-there",
        "chime:MeetingEnded",
      ]);
    }),
  );

  it(
    "ends a meeting once, whoever asks, and its tokens are void then (Contract: meetings-deleted)",
    withRegistry(async ({ registry, told, meeting, attendee }) => {
      const id = await meeting();
      const { token } = await attendee(id, "ada");
      const ends = await Promise.all([
        registry.endMeeting(id, "deleted"),
        registry.endMeeting(id, "too-old"),
        registry.endMeeting(id, "nobody-there"),
      ]);

      assert.deepEqual(ends.filter(Boolean), [true]);
      assert.equal(told.filter((line) => line === "chime:MeetingEnded").length, 1);
      assert.equal(await registry.resolveToken(token), undefined);
      assert.equal(await registry.findMeeting(id), undefined);
      assert.deepEqual(await registry.createAttendee(id, { externalUserId: "bob", capabilities: undefined }), {
        type: "no-meeting",
      });
    }),
  );

  it(
    "voids the token of an attendee that is deleted; the same name gets another",
    withRegistry(async ({ registry, meeting, attendee }) => {
      const id = await meeting();
      const before = await attendee(id, "ada");
      await registry.deleteAttendee(id, before.id);
      const after = await attendee(id, "ada");

      assert.notEqual(after.token, before.token);
      assert.equal(await registry.resolveToken(before.token), undefined);
      assert.equal((await registry.resolveToken(after.token))?.attendee.id, after.id);
    }),
  );

  it(
    "makes what rooms note into events, and tells a listener that left no more",
    withRegistry(async ({ registry, told, meeting, attendee }) => {
      const extra: string[] = [];
      const stop = registry.listen({ onMeetingCreated: ({ id }) => void extra.push(id) });
      const id = await meeting();
      stop();
      await meeting("another");
      const who = await registry.resolveToken((await attendee(id, "ada")).token);
      assert.ok(who !== undefined);
      const from = told.length;
      for (const what of ["joined", "authorized", "left", "dropped"] as const)
        registry.note(who, { what, by: "browser" });

      assert.deepEqual(extra, [id]);
      assert.deepEqual(told.slice(from), [
        "chime:AttendeeJoined ada",
        "chime:AttendeeAuthorized ada",
        "chime:AttendeeLeft ada",
        "chime:AttendeeDropped ada",
      ]);
    }),
  );
});
