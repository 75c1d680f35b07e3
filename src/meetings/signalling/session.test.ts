import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inMeeting, offer } from "./session-scene.test.ts";

describe("a client's way into a meeting", () => {
  it(
    "is JOIN_ACK, INDEX, roster, an answer and its own presence",
    inMeeting(async ({ connect, call, media, events, clock }) => {
      await call("Tom");
      const ann = await connect("Ann");

      ann.join();
      assert.deepEqual(ann.got(), ["JOIN_ACK", "INDEX 1", "roster +1 Tom open"]);
      await ann.subscribe({ audioMuted: true });
      const [line] = ann.got();
      assert.equal(line, "SUBSCRIBE_ACK answer");
      assert.match(String(ann.frames.at(-1)?.suback?.sdpAnswer), /a=ice-lite[^]*a=ice-ufrag:ours/);
      const [browser] = media.browsers;
      assert.equal(browser?.starts(), 1);
      browser.connect();
      clock.advance(2_999);
      assert.deepEqual(ann.got(), []);
      clock.advance(1);
      assert.deepEqual(ann.got(), ["roster +2 Ann muted", "INDEX 2"]);
      assert.deepEqual(events.slice(-3), ["AttendeeAdded Ann", "AttendeeJoined Ann", "offhook:AttendeeMuted Ann"]);
      ann.close(1_001);
    }),
  );

  it(
    "has credentials without servers, so that the client uses its own candidates",
    inMeeting(async ({ connect }) => {
      const ann = await connect("Ann");
      ann.join();

      const { turnCredentials, videoSubscriptionLimit } = ann.frames[0]?.joinack ?? {};
      assert.deepEqual([turnCredentials, videoSubscriptionLimit], [{ username: "", password: "", ttl: 3_600 }, 25]);
      assert.deepEqual(ann.frames[1]?.index, { atCapacity: true, numParticipants: 0 });
      ann.close(1_001);
    }),
  );

  it(
    "ends when no JOIN comes in time (4408)",
    inMeeting(async ({ connect, clock, refusals }) => {
      const ann = await connect("Ann");
      clock.advance(10_000);

      assert.deepEqual([ann.got(), refusals], [["closed 4408"], ["never-joined"]]);
    }),
  );

  it(
    "ends when the attendee is deleted before the JOIN (411), and what it may do by then is what counts",
    inMeeting(async ({ connect, registry, meetingId, rooms, media }) => {
      const [ann, bob] = [await connect("Ann"), await connect("Bob")];
      await registry.deleteAttendee(meetingId, ann.attendee.id);
      const all = { video: "None", content: "None" } as const;
      await registry.setCapabilities(meetingId, bob.attendee.id, { audio: "Receive", ...all });
      ann.join();

      assert.deepEqual([ann.got(), rooms.list()], [["AUDIO_STATUS 411"], []]);
      assert.equal(media.partOf(await bob.enter()), "hears");
      bob.close(1_001);
    }),
  );

  it(
    "ends when no keys come for its audio (AUDIO_STATUS 503), and the leg is given back",
    inMeeting(async ({ connect, clock, refusals, media }) => {
      const ann = await connect("Ann");
      ann.join();
      await ann.subscribe();
      ann.got();
      clock.advance(10_000);

      assert.deepEqual(ann.got(), ["PING", "AUDIO_STATUS 503"]);
      clock.advance(2_000);
      assert.deepEqual(ann.got(), ["closed 4503"]);
      assert.deepEqual([refusals, media.browsers[0]?.isClosed(), media.mixers()], [["no-keys"], true, 0]);
    }),
  );

  // Acceptance: 16
  it(
    "is refused when the room is full (409 in the JOIN_ACK)",
    inMeeting(async ({ connect, call, clock, refusals }) => {
      await call("Tom");
      const ann = await connect("Ann");
      ann.join();

      assert.deepEqual(ann.got(), ["JOIN_ACK error 409"]);
      clock.advance(2_000);
      assert.deepEqual([ann.got(), refusals], [["closed 4409"], ["meeting-full"]]);
    }, 1),
  );

  it(
    "is refused while the media workers are too busy (503 in the SUBSCRIBE_ACK)",
    inMeeting(async ({ connect, media, refusals }) => {
      const ann = await connect("Ann");
      ann.join();
      media.setFull(true);
      ann.got();
      await ann.subscribe();

      assert.deepEqual([ann.got(), refusals], [["SUBSCRIBE_ACK error 503"], ["no-room-for-audio"]]);
      assert.equal(media.mixers(), 0);
    }),
  );

  for (const [name, sdpOffer] of [
    ["is no description", "hello"],
    ["is empty", ""],
    ["has no audio", offer().replace(/m=audio[^]*/, "")],
  ] as const) {
    it(
      `is refused with an offer that ${name} (400 in the SUBSCRIBE_ACK)`,
      inMeeting(async ({ connect, refusals, rooms }) => {
        const ann = await connect("Ann");
        ann.join();
        ann.got();
        await ann.subscribe({ sdpOffer });

        assert.deepEqual([ann.got(), refusals], [["SUBSCRIBE_ACK error 400"], ["bad-offer"]]);
        assert.deepEqual(rooms.list(), []);
      }),
    );
  }
});

describe("a camera", () => {
  it(
    "is refused by 206 beside an answer of the same transport, and the audio goes on",
    inMeeting(async ({ connect, media }) => {
      const ann = await connect("Ann");
      await ann.enter();
      await ann.subscribe({ duplex: 3 });
      await ann.subscribe({ sendStreams: [{ mediaType: 1 }, { mediaType: 2 }] });
      await ann.subscribe();

      assert.deepEqual(ann.got(), [
        "SUBSCRIBE_ACK error 206 answer",
        "SUBSCRIBE_ACK error 206 answer",
        "SUBSCRIBE_ACK answer",
      ]);
      const answers = ann.frames.flatMap(({ suback }) => suback?.sdpAnswer ?? []);
      const withoutVersion = answers.map((text) => text.replace(/o=- (\d+) \d+/, "o=- $1"));
      assert.equal(new Set(withoutVersion).size, 1);
      assert.equal(new Set(answers).size, 4);
      assert.deepEqual([media.browsers.length, media.browsers[0]?.starts()], [1, 4]);
      ann.close(1_001);
    }),
  );

  it(
    "cannot bring another transport (400)",
    inMeeting(async ({ connect, refusals }) => {
      const ann = await connect("Ann");
      await ann.enter();
      await ann.subscribe({ sdpOffer: offer([], "other") });

      assert.deepEqual([ann.got()[0], refusals], ["SUBSCRIBE_ACK error 400", ["bad-offer"]]);
    }),
  );
});

describe("the end of a client's session", () => {
  it(
    "leaves what the client and we measured of its audio in the log, and how long it took to join",
    inMeeting(async ({ connect, lines }) => {
      const ann = await connect("Ann");
      await ann.enter();
      ann.send("CLIENT_METRIC", { clientMetric: { globalMetrics: [{ type: 14, value: 50 }] } });
      const signaling = [{ startMs: 1_000, joinSentMs: 1_200, iceConnectedMs: 1_900 }];
      ann.send("MEETING_SESSION_TIMING", { meetingSessionTiming: { signaling } });
      ann.send("LEAVE");
      await new Promise(setImmediate);

      const log = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      const client = { reports: 1, spkPacketsPerSecond: { mean: 50, least: 50, most: 50 } };
      assert.deepEqual(log.find(({ msg }) => msg === "the audio of a browser in a meeting ended")?.["client"], client);
      const timing = log.find(({ msg }) => msg === "how long a client took to join");
      assert.deepEqual([timing?.["joinSentMs"], timing?.["iceConnectedMs"]], [200, 900]);
      assert.ok(!lines.join("").includes("Ann"), "the log says who somebody is");
    }),
  );

  it(
    "is LEAVE_ACK for a LEAVE, and others see the leave at once",
    inMeeting(async ({ connect, clock, media }) => {
      const [ann, bob] = [await connect("Ann"), await connect("Bob")];
      await ann.enter(1);
      await bob.enter(2);
      ann.send("LEAVE");

      assert.deepEqual(ann.got(), ["roster +2 Bob open", "INDEX 2", "LEAVE_ACK"]);
      assert.deepEqual(bob.got(), ["roster -1", "INDEX 1"]);
      assert.equal(media.browsers[0]?.isClosed(), true);
      clock.advance(2_000);
      assert.deepEqual(ann.got(), ["closed 1000"]);
      bob.close(1_001);
    }),
  );

  it(
    "is AUDIO_STATUS 410 when the meeting ends, and its LEAVE is answered",
    inMeeting(async ({ connect, call, registry, meetingId, clock, events, rooms, media }) => {
      const ann = await connect("Ann");
      await ann.enter();
      const tom = await call("Tom");
      ann.got();
      await registry.endMeeting(meetingId, "deleted");

      assert.deepEqual([ann.got(), tom.out], [["AUDIO_STATUS 410"], ["The meeting ended."]]);
      ann.send("LEAVE");
      ann.send("AUDIO_CONTROL", { audioControl: { muted: true } });
      assert.deepEqual(ann.got(), ["LEAVE_ACK"]);
      clock.advance(2_000);
      assert.deepEqual(ann.got(), ["closed 4410"]);
      assert.equal(events.filter((event) => event === "MeetingEnded ").length, 1);
      assert.deepEqual([rooms.find(meetingId), media.mixers(), media.browsers[0]?.isClosed()], [undefined, 0, true]);
    }),
  );

  it(
    "is AUDIO_STATUS 411 when its attendee is deleted, and others stay",
    inMeeting(async ({ connect, call, registry, meetingId, clock }) => {
      const [ann, bob] = [await connect("Ann"), await connect("Bob")];
      await ann.enter(1);
      await bob.enter(2);
      const tom = await call("Tom");
      for (const { id } of [ann.attendee, tom]) await registry.deleteAttendee(meetingId, id);

      assert.deepEqual(
        [ann.got().slice(-2), tom.out],
        [["INDEX 3", "AUDIO_STATUS 411"], ["The attendee was deleted."]],
      );
      clock.advance(2_000);
      assert.deepEqual(ann.got(), ["closed 4411"]);
      assert.deepEqual(bob.got(), ["roster +3 Tom open", "INDEX 3", "roster -1", "INDEX 2", "roster -3", "INDEX 1"]);
      bob.close(1_001);
    }),
  );

  it(
    "is AUDIO_STATUS 301 when the attendee joined on another device and is heard there",
    inMeeting(async ({ connect, events, clock, media }) => {
      const first = await connect("Ann");
      await first.enter(1);
      const second = await connect("Ann");
      second.join(2);
      await second.subscribe();
      assert.deepEqual(first.got(), []);
      media.browsers[1]?.connect();
      assert.deepEqual(first.got(), []);
      media.flows(media.browsers[1]?.session ?? assert.fail());

      assert.deepEqual(first.got(), ["roster +2 Ann open -1", "AUDIO_STATUS 301"]);
      assert.equal(events.at(-1), "AttendeeAuthorized Ann");
      clock.advance(2_000);
      assert.deepEqual(first.got(), ["closed 4301"]);
      second.close(1_001);
    }),
  );

  it(
    "is told to a telephone leg when its attendee joins by browser, and the other way round",
    inMeeting(async ({ connect, call, events, clock }) => {
      const tom = await call("Ann");
      const ann = await connect("Ann");
      await ann.enter();

      assert.deepEqual(tom.out, ["The attendee joined from another device."]);
      const again = await call("Ann");
      assert.equal(again.joined.type, "joined");
      assert.deepEqual(ann.got(), ["roster +3 Ann open -2", "AUDIO_STATUS 301"]);
      clock.advance(2_000);
      assert.deepEqual(ann.got(), ["closed 4301"]);
      assert.deepEqual(events.slice(-2), ["AttendeeAuthorized Ann", "AttendeeAuthorized Ann"]);
    }),
  );

  it(
    "is AUDIO_STATUS 503 when the path to it is lost, and its place is kept for the way back",
    inMeeting(async ({ connect, media, events, clock }) => {
      const [ann, bob] = [await connect("Ann"), await connect("Bob")];
      await ann.enter(1);
      await bob.enter(2);
      ann.got();
      media.browsers[0]?.lose();
      assert.deepEqual([ann.got(), media.browsers[0]?.isClosed()], [["AUDIO_STATUS 503"], true]);
      const again = await connect("Ann");
      again.join(1);
      await again.subscribe();
      media.flows(media.browsers[2]?.session ?? assert.fail());

      assert.deepEqual(bob.got(), ["roster +3 Ann open -1"]);
      media.browsers[2]?.lose();
      clock.advance(10_000);
      assert.deepEqual(bob.got().slice(-2), ["roster -3!", "INDEX 1"]);
      assert.equal(events.at(-1), "AttendeeDropped Ann");
      bob.close(1_001);
    }),
  );

  it(
    "is a leave when its page was closed, also when its audio was gone before its socket",
    inMeeting(async ({ connect, media, events, rooms }) => {
      const ann = await connect("Ann");
      await ann.enter();
      media.browsers[0]?.lose();
      ann.close(1_001);

      assert.deepEqual([events.at(-1), rooms.list()], ["AttendeeLeft Ann", []]);
    }),
  );
});
