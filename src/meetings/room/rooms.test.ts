import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLogger } from "../../kernel/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { openMemoryStore } from "../../testing/internal/memory-store.ts";
import { createRoomMedia } from "../../testing/internal/room-media.ts";
import { createMeetingRegistry } from "../registry/create-registry.ts";
import type { MeetingMembership, RoomRegistry } from "../types.ts";
import { openRooms } from "./rooms.ts";

const hour = 3_600_000;

/** Rooms over the real registry, for telephone legs. */
async function scene() {
  const store = await openMemoryStore();
  const clock = createManualClock();
  const media = createRoomMedia();
  const refusals: string[] = [];
  const events: string[] = [];
  const lines: string[] = [];
  const registry = createMeetingRegistry({
    ...{ store, clock, tokenSecret: new Uint8Array(32), maxMeetings: 10 },
    onOccurrence: ({ type, attendee }) => {
      events.push(`${type.replace("chime:", "")} ${attendee?.externalUserId ?? ""}`.trim());
    },
  });
  const log = createLogger({ level: "info", write: (line) => void lines.push(line) });
  const open = (own: Partial<RoomRegistry> = {}) =>
    openRooms({
      ...{ media, clock, log, registry: { ...registry, ...own } },
      noteRefusal: (cause) => void refusals.push(cause),
    });
  const meeting = async (requestToken = "r") => {
    const made = await registry.createMeeting({
      ...{ requestToken, externalMeetingId: "m", mediaRegion: "us-east-1", hostId: undefined },
      ...{ features: { maxAttendees: 3 }, notifications: {}, tenantIds: [], tags: [] },
    });
    assert.ok(made.type === "created");
    return made.meeting.id;
  };
  const attend = async (meetingId: string, externalUserId: string) => {
    const outcome = await registry.createAttendee(meetingId, { externalUserId, capabilities: undefined });
    assert.ok(outcome.type === "created" || outcome.type === "existing");
    return { id: outcome.attendee.id, token: registry.tokenOf(outcome.attendee) };
  };
  return { store, clock, media, refusals, events, lines, registry, open, meeting, attend };
}

type Scene = Awaited<ReturnType<typeof scene>>;

/** A test with rooms that are open, and a telephone that joins. */
const withRooms =
  (
    body: (
      scene: Scene & {
        readonly rooms: Awaited<ReturnType<Scene["open"]>>;
        call(
          meetingId: string,
          name: string,
        ): Promise<{
          readonly id: string;
          readonly membership: MeetingMembership;
          readonly session: ReturnType<Scene["media"]["telephone"]>;
          readonly out: readonly string[];
        }>;
      },
    ) => Promise<void>,
  ) =>
  async () => {
    const parts = await scene();
    const rooms = await parts.open();
    await body({
      ...{ ...parts, rooms },
      async call(meetingId, name) {
        const { id, token } = await parts.attend(meetingId, name);
        const [session, out] = [parts.media.telephone(), [] as string[]];
        const membership = await rooms.door.join(
          { token, meetingId, session },
          { onRemoved: (why) => void out.push(why) },
        );
        assert.ok(membership.type === "joined");
        return { id, membership, session, out };
      },
    });
    rooms.close();
    await parts.store.close();
    assert.equal(parts.clock.pendingTimers(), 0);
  };

describe("a telephone leg", () => {
  it(
    "hears the room, and is heard, until it leaves",
    withRooms(async ({ meeting, call, media, events, rooms, clock }) => {
      const { membership, session, out, id } = await call(await meeting(), "Tom");

      assert.equal(media.partOf(session), "heard hears");
      assert.deepEqual(rooms.list()[0]?.members, [
        {
          ...{ attendeeId: id, externalUserId: "Tom", kind: "telephone", transactionId: undefined },
          ...{ joinedAt: clock.now(), isPresent: true, isMuted: false, levelDb: undefined },
        },
      ]);
      membership.leave();
      membership.leave();
      assert.deepEqual([media.partOf(session), media.mixers(), out, rooms.list()], [undefined, 0, [], []]);
      assert.deepEqual(events.slice(-2), ["AttendeeJoined Tom", "AttendeeLeft Tom"]);
    }),
  );

  it(
    "is refused without the token of somebody in the meeting, in a full one, and when the media has no room",
    withRooms(async ({ meeting, attend, call, media, rooms, registry, refusals }) => {
      const [here, there] = [await meeting("1"), await meeting("2")];
      const ann = await attend(here, "Ann");
      const join = async (token: string, meetingId: string | undefined) => {
        const outcome = await rooms.door.join(
          { token, meetingId, session: media.telephone() },
          { onRemoved: assert.fail },
        );
        return outcome.type === "refused" ? outcome.cause : outcome.type;
      };

      assert.equal(await join("nonsense", undefined), "bad-token");
      assert.equal(await join(ann.token, there), "other-meeting");
      media.setFull(true);
      assert.equal(await join(ann.token, here), "failed");
      media.setFull(false);
      for (const name of ["A", "B", "C"]) await call(here, name);
      assert.equal(await join(ann.token, here.toUpperCase()), "full");
      const eve = await attend(there, "Eve");
      await registry.endMeeting(there, "deleted");
      assert.equal(await join(eve.token, there), "bad-token");
      assert.deepEqual(refusals, [
        "bad-join-token",
        "other-meeting",
        "no-room-for-audio",
        "meeting-full",
        "bad-join-token",
      ]);
      assert.equal(rooms.list()[0]?.members.length, 3);
    }),
  );

  it("is refused when its attendee is deleted while its token is looked up", async () => {
    const { meeting, attend, media, registry, store, open } = await scene();
    const meetingId = await meeting();
    const { id, token } = await attend(meetingId, "Tom");
    const rooms = await open({
      async resolveToken(given) {
        const who = await registry.resolveToken(given);
        await registry.deleteAttendee(meetingId, id);
        return who;
      },
    });
    const outcome = await rooms.door.join({ token, meetingId, session: media.telephone() }, { onRemoved: assert.fail });

    assert.equal(outcome.type === "refused" && outcome.why, "The attendee was deleted.");
    assert.deepEqual([rooms.list(), media.mixers()], [[], 0]);
    rooms.close();
    await store.close();
  });

  it(
    "is muted by the room, unless one of the ids is no telephone of the meeting: then nobody is",
    withRooms(async ({ meeting, attend, call, media, rooms }) => {
      const meetingId = await meeting();
      const [tom, tim] = [await call(meetingId, "Tom"), await call(meetingId, "Tim")];
      const absent = await attend(meetingId, "Ann");
      const mute = async (ids: readonly string[], isMuted = true, id = meetingId) =>
        (await rooms.door.setMuted(id, ids, isMuted)).unknown;

      assert.deepEqual(await mute([tom.id, absent.id, "X"]), [absent.id, "X"]);
      assert.equal(media.partOf(tom.session), "heard hears");
      assert.deepEqual(await mute([tom.id, tim.id]), []);
      assert.deepEqual([media.partOf(tom.session), media.partOf(tim.session)], ["hears", "hears"]);
      assert.deepEqual(await mute([tom.id.toUpperCase()], false), []);
      assert.equal(media.partOf(tom.session), "heard hears");
      assert.deepEqual(await mute([tom.id], true, "another"), [tom.id]);
    }),
  );

  it(
    "takes part as its attendee may, also when that changes",
    withRooms(async ({ meeting, call, media, registry }) => {
      const meetingId = await meeting();
      const { id, session } = await call(meetingId, "Tom");
      const all = { video: "None", content: "None" } as const;
      await registry.setCapabilities(meetingId, id, { audio: "Receive", ...all });

      assert.equal(media.partOf(session), "hears");
      await registry.setCapabilities(meetingId, id, { audio: "None", ...all });
      assert.equal(media.partOf(session), "");
    }),
  );

  it(
    "is dropped when no packet comes for a while, and joins again when they do",
    withRooms(async ({ meeting, call, media, events, rooms }) => {
      const { session, out } = await call(await meeting(), "Tom");
      media.stops(session);
      assert.equal(rooms.list()[0]?.members[0]?.isPresent, false);
      media.flows(session);

      assert.equal(rooms.list()[0]?.members[0]?.isPresent, true);
      assert.deepEqual(events.slice(-3), ["AttendeeJoined Tom", "AttendeeDropped Tom", "AttendeeJoined Tom"]);
      assert.deepEqual(out, []);
    }),
  );

  it(
    "is shown as loud as it speaks, until it is still or muted",
    withRooms(async ({ meeting, call, media, rooms, clock }) => {
      const here = await meeting();
      const { session, id } = await call(here, "Tom");
      const level = () => rooms.list()[0]?.members[0]?.levelDb;
      assert.equal(level(), undefined);
      media.levels([session, 21.5]);
      assert.equal(level(), -21.5);
      clock.advance(600);
      assert.equal(level(), undefined);
      media.levels([session, 12]);
      await rooms.door.setMuted(here, [id], true);
      assert.equal(level(), undefined);
    }),
  );

  it(
    "stays in the mix when the worker that mixed ends, and is out when no other has room",
    withRooms(async ({ meeting, call, media }) => {
      const { session, out } = await call(await meeting(), "Tom");
      media.loseWorker();
      assert.deepEqual([media.partOf(session), out], ["heard hears", []]);
      media.setFull(true);
      media.loseWorker();

      assert.deepEqual([media.partOf(session), out], [undefined, ["The audio of the meeting failed."]]);
    }),
  );
});

describe("a meeting", () => {
  // Acceptance: 21
  it(
    "ends when nobody has taken part in its audio for five minutes",
    withRooms(async ({ meeting, call, clock, registry, events, rooms }) => {
      const meetingId = await meeting();
      clock.advance(299_999);
      const { membership } = await call(meetingId, "Tom");
      clock.advance(hour);
      membership.leave();
      clock.advance(299_999);
      assert.notEqual(await registry.findMeeting(meetingId), undefined);
      clock.advance(1);
      await new Promise(setImmediate);

      assert.deepEqual([await registry.findMeeting(meetingId), rooms.find(meetingId)], [undefined, undefined]);
      assert.deepEqual(
        events.filter((event) => event.startsWith("MeetingEnded")),
        ["MeetingEnded"],
      );
    }),
  );

  // Acceptance: 21
  it(
    "ends after 24 hours, whoever is in it",
    withRooms(async ({ meeting, call, clock, registry, events, rooms, media }) => {
      const meetingId = await meeting();
      const { out } = await call(meetingId, "Tom");
      clock.advance(24 * hour - 1);
      assert.notEqual(await registry.findMeeting(meetingId), undefined);
      clock.advance(1);
      await new Promise(setImmediate);

      assert.deepEqual([await registry.findMeeting(meetingId), out], [undefined, ["The meeting ended."]]);
      assert.deepEqual([rooms.find(meetingId), media.mixers()], [undefined, 0]);
      assert.equal(events.filter((event) => event.startsWith("MeetingEnded")).length, 1);
    }),
  );

  it("of before a restart goes on, by its age", async () => {
    const { meeting, clock, registry, store, open } = await scene();
    const meetingId = await meeting();
    clock.advance(23 * hour);
    const rooms = await open();
    assert.notEqual(rooms.find(meetingId), undefined);
    clock.advance(299_999);
    assert.notEqual(await registry.findMeeting(meetingId), undefined);
    clock.advance(1);
    await new Promise(setImmediate);

    assert.equal(await registry.findMeeting(meetingId), undefined);
    rooms.close();
    await store.close();
  });

  it("that cannot be ended is ended a little later, and the log has why", async () => {
    const { meeting, clock, store, open, lines } = await scene();
    let tries = 0;
    const rooms = await open({
      endMeeting: () => (tries++ === 0 ? Promise.reject(new Error("disk full")) : Promise.resolve(true)),
    });
    await meeting();
    clock.advance(300_000);
    await new Promise(setImmediate);
    assert.match(lines.join(""), /a meeting could not be ended, which is tried again: disk full/);
    clock.advance(10_000);

    assert.equal(tries, 2);
    rooms.close();
    await store.close();
  });
});
