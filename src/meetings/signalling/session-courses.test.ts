import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inMeeting, type Scene } from "./session-scene.test.ts";

describe("what members tell each other", () => {
  it(
    "is a microphone, which the mix follows",
    inMeeting(async ({ connect, media, clock }) => {
      const [ann, bob] = [await connect("Ann"), await connect("Bob")];
      const audio = await ann.enter(1);
      await bob.enter(2);
      ann.send("AUDIO_CONTROL", { audioControl: { muted: true } });

      assert.deepEqual([bob.got(), media.partOf(audio)], [["roster 1 muted"], "hears"]);
      clock.advance(50);
      ann.send("AUDIO_CONTROL", { audioControl: { muted: false } });
      assert.deepEqual([bob.got(), media.partOf(audio)], [["roster 1 open"], "heard hears"]);
      for (const client of [ann, bob]) client.close(1_001);
    }),
  );

  it(
    "is how loud they are, and then that nobody is",
    inMeeting(async ({ connect, call, media }) => {
      const ann = await connect("Ann");
      const audio = await ann.enter();
      const tom = await call("Tom");
      ann.got();
      media.levels([audio, 14.4], [tom.session, 30.6]);
      media.levels();
      media.levels();

      assert.deepEqual(ann.got(), ["volumes 1 at 14 2 at 31", "volumes 1 at 127 2 at 127"]);
      ann.close(1_001);
    }),
  );

  it(
    "are data messages, with who sent them; those who come later get what is kept",
    inMeeting(async ({ connect }) => {
      const [ann, bob] = [await connect("Ann"), await connect("Bob")];
      await ann.enter(1);
      await bob.enter(2);
      ann.got();
      const data = Buffer.from("x".repeat(2_048)).toString("base64");
      ann.send("DATA_MESSAGE", { dataMessage: { messages: [{ topic: "chat", data, lifetimeMs: 60_000 }] } });

      assert.deepEqual([ann.got(), bob.got()], [[], [`DATA_MESSAGE chat=${"x".repeat(2_048)} of Ann`]]);
      const eve = await connect("Eve");
      eve.join(3);
      assert.match(eve.got().at(-1) ?? "", /^DATA_MESSAGE chat=x+ of Ann$/);
      for (const client of [ann, bob, eve]) client.close(1_001);
    }),
  );

  it(
    "are microphones and data messages that come thick and fast: together every 50 ms, and not to who joins meanwhile",
    inMeeting(async ({ connect, clock, events }) => {
      const [ann, bob] = [await connect("Ann"), await connect("Bob")];
      await ann.enter(1);
      await bob.enter(2);
      const say = (client: typeof ann, topic: string) =>
        client.send("DATA_MESSAGE", { dataMessage: { messages: [{ topic, data: "" }] } });
      clock.advance(1_000);
      ann.got();
      say(ann, "first");
      assert.deepEqual(bob.got(), ["DATA_MESSAGE first= of Ann"]);
      for (let turn = 0; turn < 99; turn++) ann.send("AUDIO_CONTROL", { audioControl: { muted: turn % 2 === 0 } });
      for (const topic of ["a", "b"]) say(ann, topic);
      say(bob, "c");
      assert.deepEqual([ann.got(), bob.got()], [[], []]);
      clock.advance(50);
      assert.deepEqual(ann.got(), ["roster 1 muted", "DATA_MESSAGE c= of Bob"]);
      assert.deepEqual(bob.got(), ["roster 1 muted", "DATA_MESSAGE a= of Ann b= of Ann"]);
      assert.deepEqual(events.slice(-2), ["AttendeeJoined Bob", "offhook:AttendeeMuted Ann"]);

      say(ann, "last");
      const eve = await connect("Eve");
      eve.join(3);
      assert.deepEqual(bob.got(), ["DATA_MESSAGE last= of Ann"]);
      assert.deepEqual(eve.got(), ["JOIN_ACK", "INDEX 2", "roster +1 Ann muted +2 Bob open"]);
      for (const client of [ann, bob, eve]) client.close(1_001);
    }),
  );

  it(
    "are all the data messages that are kept, also over a line that is slow, and then no more than 1 MiB is unread",
    inMeeting(async ({ connect, clock, refusals }) => {
      const ann = await connect("Ann");
      await ann.enter(1);
      const data = Buffer.alloc(2_048);
      for (let turn = 0; turn < 1_024; turn++) {
        clock.advance(10);
        if (turn % 100 === 0) ann.send("PING_PONG", { pingPong: { type: 2, pingId: 1 } });
        ann.send("DATA_MESSAGE", { dataMessage: { messages: [{ topic: "t", data, lifetimeMs: 300_000 }] } });
      }
      const bob = await connect("Bob");
      bob.stall();
      bob.join(2);
      const kept = bob.frames.reduce((sum, { dataMessage }) => sum + (dataMessage?.messages.length ?? 0), 0);
      assert.deepEqual([kept, refusals], [1_024, []]);
      for (let turn = 0; turn < 600; turn++) {
        clock.advance(10);
        ann.send("DATA_MESSAGE", { dataMessage: { messages: [{ topic: "t", data }] } });
      }

      assert.deepEqual([bob.got().at(-1), refusals], ["cut", ["slow-reader"]]);
      ann.close(1_001);
    }),
  );

  for (const [name, message] of [
    ["a topic with other signs", { topic: "a b", data: "" }],
    ["a topic that is too long", { topic: "t".repeat(37), data: "" }],
    ["no topic", { data: "" }],
    ["more than 2,048 bytes", { topic: "chat", data: Buffer.alloc(2_049).toString("base64") }],
  ] as const) {
    it(
      `are no data messages with ${name}, which are dropped`,
      inMeeting(async ({ connect, refusals }) => {
        const [ann, bob] = [await connect("Ann"), await connect("Bob")];
        await ann.enter(1);
        await bob.enter(2);
        ann.got();
        ann.send("DATA_MESSAGE", { dataMessage: { messages: [message, { topic: "good", data: "" }] } });

        assert.deepEqual([ann.got(), bob.got(), refusals], [[], ["DATA_MESSAGE good= of Ann"], ["bad-message"]]);
        for (const client of [ann, bob]) client.close(1_001);
      }),
    );
  }

  it(
    "answers a request for a replica meeting with 403",
    inMeeting(async ({ connect }) => {
      const ann = await connect("Ann");
      await ann.enter();
      ann.send("PRIMARY_MEETING_JOIN");

      assert.deepEqual(ann.got(), ["PRIMARY_MEETING_JOIN_ACK error 403"]);
      ann.close(1_001);
    }),
  );
});

describe("a client whose socket is lost", () => {
  for (const code of [1_005, 1_006]) {
    it(
      `keeps its place for ten seconds after the code ${code}, and is dropped then`,
      inMeeting(async ({ connect, clock, events, media }) => {
        const [ann, bob] = [await connect("Ann"), await connect("Bob")];
        await ann.enter(1);
        await bob.enter(2);
        ann.close(code);
        clock.advance(9_999);
        bob.send("PING_PONG", { pingPong: { type: 2, pingId: 0 } });
        bob.got();
        assert.equal(media.browsers[0]?.isClosed(), false);
        clock.advance(1);

        assert.deepEqual(bob.got().slice(-2), ["roster -1!", "INDEX 1"]);
        assert.deepEqual([events.at(-1), media.browsers[0]?.isClosed()], ["AttendeeDropped Ann", true]);
        bob.close(1_001);
      }),
    );
  }

  it(
    "takes its place over when it comes back, also when nobody noticed the loss",
    inMeeting(async ({ connect, events, media }) => {
      const [ann, bob] = [await connect("Ann"), await connect("Bob")];
      await bob.enter(2);
      await ann.enter(1);
      bob.got();
      const again = await connect("Ann");
      again.join(1);
      assert.deepEqual(again.got(), ["JOIN_ACK", "INDEX 2", "roster +1 Bob open +2 Ann open"]);
      await again.subscribe();
      media.flows(media.browsers[2]?.session ?? assert.fail());

      assert.deepEqual([bob.got(), ann.got().at(-1)], [["roster +3 Ann open -2"], "cut"]);
      assert.deepEqual(events.slice(-2), ["AttendeeDropped Ann", "AttendeeJoined Ann"]);
      for (const client of [again, bob]) client.close(1_001);
    }),
  );

  it(
    "has left at once when its page was closed (1001)",
    inMeeting(async ({ connect, events, rooms }) => {
      const ann = await connect("Ann");
      await ann.enter();
      ann.close(1_001);

      assert.deepEqual([events.at(-1), rooms.list()], ["AttendeeLeft Ann", []]);
    }),
  );

  it(
    "is found out by pings that it does not answer",
    inMeeting(async ({ connect, clock, refusals }) => {
      const ann = await connect("Ann");
      await ann.enter();
      ann.send("PING_PONG", { pingPong: { type: 1, pingId: 77 } });
      assert.deepEqual(ann.got(), ["PONG"]);
      assert.equal(ann.frames.at(-1)?.pingPong?.pingId, 77);
      clock.advance(10_000);
      ann.send("PING_PONG", { pingPong: { type: 2, pingId: 0 } });
      clock.advance(40_000);

      assert.deepEqual(ann.got(), ["PING", "PING", "PING", "PING", "cut"]);
      assert.deepEqual(refusals, ["no-pong"]);
    }),
  );

  it(
    "is cut when it does not read",
    inMeeting(async ({ connect, call, refusals }) => {
      const ann = await connect("Ann");
      await ann.enter();
      ann.stopReading();
      await call("Tom");

      assert.deepEqual([ann.got(), refusals], [["cut"], ["slow-reader"]]);
    }),
  );

  it(
    "is told to come back when the server stops (4503)",
    inMeeting(async ({ connect }) => {
      const ann = await connect("Ann");
      await ann.enter();
      ann.session.drain();

      assert.deepEqual(ann.got(), ["closed 4503"]);
    }),
  );
});

describe("a message that no client sends", () => {
  const bad: readonly (readonly [
    name: string,
    send: (client: Awaited<ReturnType<Scene["connect"]>>) => void,
    cause: string,
  ])[] = [
    ["is no protobuf", ({ bytes }) => bytes(Buffer.from("\x05hello")), "bad-frame"],
    ["has another first byte", ({ bytes }) => bytes(Uint8Array.of(2, 8, 1)), "bad-frame"],
    ["is text", ({ bytes }) => bytes(Buffer.from("hello"), false), "bad-frame"],
    [
      "has a description of more than 64 KiB",
      ({ send }) => send("SUBSCRIBE", { sub: { sdpOffer: "v".repeat(65_536) } }),
      "frame-too-large",
    ],
    ["is too large", ({ bytes }) => bytes(new Uint8Array(65_537).fill(5)), "frame-too-large"],
  ];
  for (const [name, send, cause] of bad) {
    it(
      `and ${name} ends the session (4400), before the JOIN and after`,
      inMeeting(async ({ connect, clock, refusals, rooms }) => {
        const [early, late] = [await connect("Ann"), await connect("Bob")];
        send(early);
        assert.deepEqual(early.got(), ["closed 4400"]);
        await late.enter();
        send(late);
        send(late);

        assert.deepEqual([late.got(), refusals, rooms.list()], [["AUDIO_STATUS error 400 400"], [cause, cause], []]);
        clock.advance(2_000);
        assert.deepEqual(late.got(), ["closed 4400"]);
      }),
    );
  }

  it(
    "comes before the JOIN, or is a second JOIN",
    inMeeting(async ({ connect, refusals }) => {
      const [early, twice] = [await connect("Ann"), await connect("Bob")];
      await early.subscribe();
      twice.join();
      twice.join();

      assert.deepEqual([early.got(), twice.got().at(-1)], [["closed 4400"], "AUDIO_STATUS error 400 400"]);
      assert.deepEqual(refusals, ["bad-frame", "bad-frame"]);
    }),
  );

  it(
    "is one of more than 800 a second (AUDIO_STATUS 429)",
    inMeeting(async ({ connect, clock, refusals }) => {
      const ann = await connect("Ann");
      await ann.enter();
      clock.advance(1_000);
      const ten = { dataMessage: { messages: Array.from({ length: 10 }, () => ({ topic: "t", data: "" })) } };
      for (let frames = 0; frames < 80; frames++) ann.send("DATA_MESSAGE", ten);
      assert.deepEqual(refusals, []);
      ann.got();
      ann.send("PING_PONG", { pingPong: { type: 1, pingId: 1 } });

      assert.deepEqual([ann.got(), refusals], [["AUDIO_STATUS error 429 429"], ["too-many-frames"]]);
    }),
  );

  it(
    "is one of many that are long: it is not read, and nothing behind it is (AUDIO_STATUS 429)",
    inMeeting(async ({ connect, clock, refusals }) => {
      const [ann, early] = [await connect("Ann"), await connect("Bob")];
      await ann.enter();
      clock.advance(1_000);
      ann.got();
      const long = new Uint8Array(65_536).fill(5);
      long.set([5, 0x10, 99, 0x7a, 0xf9, 0xff, 0x03]);
      for (let frames = 0; frames < 12; frames++) for (const client of [ann, early]) client.bytes(long);
      assert.deepEqual([refusals, ann.isDeaf()], [[], false]);
      ann.bytes(long);
      early.bytes(long);
      ann.send("LEAVE", { leave: {} });

      assert.deepEqual([ann.got(), ann.isDeaf()], [["AUDIO_STATUS error 429 429"], true]);
      assert.deepEqual([early.got(), early.isDeaf()], [["closed 4429"], true]);
    }),
  );
});
