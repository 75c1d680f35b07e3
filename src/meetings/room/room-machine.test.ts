import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startRoom, stepRoom } from "./room-machine.ts";
import { memberInputs, scene } from "./room-scene.test.ts";

type Row = Readonly<Partial<Record<keyof typeof memberInputs, string>>>;

describe("every input of a member, in every phase of it", () => {
  const phases: Readonly<Record<string, (room: ReturnType<typeof scene>) => void>> = {
    unknown: () => undefined,
    signalled: (room) => void room.browser("x"),
    opening: (room) => (room.browser("x"), void room.feed({ ...memberInputs.opened, isMuted: false })),
    connected: (room) => (phases["opening"]?.(room), void room.feed(memberInputs.connected)),
    present: (room) => void room.present("x"),
    stopped: (room) => (room.present("x"), void room.feed(memberInputs["media lost"])),
    lost: (room) => (room.present("x"), void room.feed(memberInputs["socket lost"])),
    telephone: (room) => void room.telephone("x"),
    ended: (room) => (room.present("x"), void room.feed({ type: "meeting-ended" })),
  };
  /** What comes of an input; what is not named is ignored. */
  const table: Readonly<Record<string, Row>> = {
    unknown: { "is muted": "", "may only hear": "", "is loud": "", deleted: "" },
    signalled: {
      "media ended": "forget x, no-media",
      opened: "mix x hears; start no-keys x 10000",
      mutes: "",
      "is muted": "",
      "may only hear": "",
      "is loud": "",
      leaves: "forget x, left",
      "socket lost": "forget x, left",
      deleted: "forget x, attendee-deleted",
    },
    opening: {
      "media ended": "unmix x; forget x, no-media",
      opened: "mix x hears",
      connected: "start presence x 3000",
      flows: "to all: roster +2 x open; note joined x; to all: index 2",
      "media lost": "unmix x; forget x, no-media",
      mutes: "mix x hears",
      "is muted": "",
      "may only hear": "mix x hears",
      "is loud": "",
      leaves: "unmix x; forget x, left",
      "socket lost": "unmix x; forget x, left",
      deleted: "unmix x; forget x, attendee-deleted",
      "no keys": "unmix x; forget x, no-media",
    },
    connected: {
      "media ended": "unmix x; forget x, no-media",
      opened: "mix x hears",
      flows: "to all: roster +2 x open; note joined x; to all: index 2",
      "media lost": "unmix x; forget x, no-media",
      mutes: "mix x hears",
      "is muted": "",
      "may only hear": "mix x hears",
      "is loud": "",
      leaves: "unmix x; forget x, left",
      "socket lost": "unmix x; forget x, left",
      deleted: "unmix x; forget x, attendee-deleted",
      presence: "to all: roster +2 x open; note joined x; to all: index 2",
    },
    present: {
      "media ended": "unmix x; let go of x, no-media; start grace x 10000",
      opened: "mix x hears; soon to all: 2 muted, note muted x, itself",
      "media lost": "note dropped x, no-packets; to all: roster -2!; to all: index 1",
      mutes: "mix x hears; soon to all: 2 muted, note muted x, itself",
      "is muted": "",
      "may only hear": "mix x hears",
      "is loud": "to all: volumes 2 at 20",
      leaves: "unmix x; note left x; forget x, left; to all: roster -2; to all: index 1",
      "socket lost": "start grace x 10000",
      deleted: "unmix x; note left x, attendee-deleted; forget x, attendee-deleted; to all: roster -2; to all: index 1",
    },
    stopped: {
      "media ended": "unmix x; forget x, no-media",
      opened: "mix x hears",
      flows: "to all: roster +3 x open; note joined x; to all: index 2",
      mutes: "mix x hears",
      "is muted": "",
      "may only hear": "mix x hears",
      "is loud": "",
      leaves: "unmix x; forget x, left",
      "socket lost": "unmix x; forget x, left",
      deleted: "unmix x; forget x, attendee-deleted",
    },
    lost: {
      "media ended": "unmix x",
      opened: "mix x hears; soon to all: 2 muted, note muted x, itself",
      "media lost": "note dropped x, no-packets; to all: roster -2!; to all: index 1",
      mutes: "mix x hears; soon to all: 2 muted, note muted x, itself",
      "is muted": "",
      "may only hear": "mix x hears",
      "is loud": "to all: volumes 2 at 20",
      leaves: "unmix x; note left x; forget x, left; to all: roster -2; to all: index 1",
      deleted: "unmix x; note left x, attendee-deleted; forget x, attendee-deleted; to all: roster -2; to all: index 1",
      grace: "unmix x; note dropped x, dropped; forget x, dropped; to all: roster -2!; to all: index 1",
    },
    telephone: {
      "media ended": "unmix x; note dropped x, no-media; forget x, no-media; to all: roster -2!; to all: index 1",
      opened: "mix x hears; soon to all: 2 muted, note muted x, itself",
      "media lost": "note dropped x, no-packets; to all: roster -2!; to all: index 1",
      mutes: "mix x hears; soon to all: 2 muted, note muted x, itself",
      "is muted": "mix x hears; soon to all: 2 muted, note muted x, room",
      "may only hear": "mix x hears",
      "is loud": "to all: volumes 2 at 20",
      leaves: "unmix x; note left x; forget x, left; to all: roster -2; to all: index 1",
      deleted: "unmix x; note left x, attendee-deleted; forget x, attendee-deleted; to all: roster -2; to all: index 1",
    },
    ended: {},
  };
  for (const [phase, prepare] of Object.entries(phases)) {
    it(phase, () => {
      for (const [name, input] of Object.entries(memberInputs)) {
        const room = scene();
        room.present("o");
        prepare(room);
        const expected = table[phase]?.[name as keyof typeof memberInputs] ?? "-";
        assert.equal(room.feed(input).join("; "), expected, `${phase}: ${name}`);
      }
    });
  }
});

describe("joining", () => {
  it("tells the others the id and the external user id of who is present", () => {
    const [state] = startRoom(250, 0);
    const joins = {
      type: "telephone-joined",
      member: "m",
      attendeeId: "a",
      externalUserId: "Ann",
      audio: "Send",
    } as const;

    const sent = stepRoom(state, joins)[1].find((effect) => effect.do === "send-all");

    const streams = [{ audioStreamId: 1, attendeeId: "a", externalUserId: "Ann", muted: false }];
    assert.deepEqual(sent?.frame, { type: "audio-stream-id-info", audioStreamIdInfo: { streams } });
  });

  it("answers a JOIN with the ack, the count and the roster of those who are present", () => {
    const room = scene();
    room.present("a");
    room.telephone("b");
    room.browser("c");

    assert.deepEqual(room.browser("d"), ["to d: join-ack", "to d: index 2", "to d: roster +1 a open +2 b open"]);
  });

  it("shows a telephone at once, and a browser not before its audio", () => {
    const room = scene();

    assert.deepEqual(room.telephone("t"), [
      "mix t heard hears",
      "to all: roster +1 t open",
      "note joined t",
      "to all: index 1",
    ]);
    assert.deepEqual(room.browser("x").slice(0, 2), ["to x: join-ack", "to x: index 1"]);
    assert.deepEqual(room.feed(memberInputs.opened, memberInputs.connected), [
      "mix x hears",
      "start no-keys x 10000",
      "start presence x 3000",
    ]);
    assert.deepEqual(room.feed(memberInputs.presence), [
      "to all: roster +2 x muted",
      "note joined x",
      "note muted x, itself",
      "to all: index 2",
    ]);
  });

  it("refuses an attendee too many, but not one who is in and comes from another device", () => {
    const room = scene(2);
    room.present("a");
    room.telephone("b");

    assert.deepEqual(room.browser("c"), ["forget c, full"]);
    assert.deepEqual(room.telephone("d"), ["forget d, full"]);
    assert.equal(room.browser("a2", "a")[0], "to a2: join-ack");
    assert.equal(room.telephone("b2", "b")[0], "mix b2 heard hears");
  });

  it("lets nobody in when the meeting has ended", () => {
    const room = scene();
    room.feed({ type: "meeting-ended" });

    assert.deepEqual(
      [...room.browser("a"), ...room.telephone("b")],
      ["forget a, meeting-ended", "forget b, meeting-ended"],
    );
  });

  // Acceptance: 10
  it("never uses the number of a stream again", () => {
    const room = scene();
    const numbers = ["a", "b", "a", "c", "a"].map((member) => {
      const [arrival = ""] = room.present(member);
      room.feed({ type: "left", member });
      return /\+(\d+)/.exec(arrival)?.[1];
    });

    assert.deepEqual(numbers, ["1", "2", "3", "4", "5"]);
  });
});

describe("a client that comes back", () => {
  const back = (room: ReturnType<typeof scene>) => {
    room.present("o");
    room.present("x", "x", "same");
    room.feed({ type: "lost", member: "x", heardAtMs: room.now() });
  };

  it("finds its own old stream in the roster, so that it shows nobody as gone", () => {
    const room = scene();
    back(room);

    assert.equal(room.browser("x2", "x", "same").at(-1), "to x2: roster +1 o open +2 x open");
  });

  // Acceptance: 17
  it("takes its place over without a leave, and was dropped and has joined", () => {
    const room = scene();
    back(room);

    assert.deepEqual(room.present("x2", "x", "same"), [
      "to all: roster +3 x open -2",
      "unmix x",
      "note dropped x, superseded",
      "forget x, superseded",
      "note joined x2",
    ]);
  });

  it("is gone when it does not within its time of grace", () => {
    const room = scene();
    back(room);
    room.browser("x2", "x", "same");

    assert.deepEqual(room.feed({ type: "timer", timer: { name: "grace", member: "x" } }), [
      "unmix x",
      "note dropped x, dropped",
      "forget x, dropped",
      "to all: roster -2!",
      "to all: index 1",
    ]);
  });

  it("gets the messages that it has not seen, and no others", () => {
    const room = scene();
    room.present("x", "x", "same");
    room.present("o");
    room.message("o", ["seen"], 60_000);
    room.later(10);
    room.feed({ type: "lost", member: "x", heardAtMs: room.now() });
    room.later(10);
    room.message("o", ["missed"], 60_000);
    room.later(20_000);
    room.feed({ type: "timer", timer: { name: "grace", member: "x" } });

    assert.equal(room.browser("x2", "x", "same").at(-1), "to x2: data-message missed of o");
    assert.equal(room.browser("y").at(-1), "to y: data-message seen of o missed of o");
  });
});

describe("an attendee on two devices", () => {
  // Acceptance: 15
  it("keeps the first until the audio of the second is there", () => {
    const room = scene();
    room.present("x");

    assert.equal(room.browser("x2", "x").at(-1), "to x2: roster +1 x open");
    room.feed({ type: "media-opened", member: "x2", isMuted: false }, { type: "media-connected", member: "x2" });
    assert.deepEqual(room.feed({ type: "media-flows", member: "x2" }), [
      "to all: roster +2 x open -1",
      "unmix x",
      "note authorized x, replaced",
      "forget x, replaced",
    ]);
  });

  it("keeps the first when the second comes to nothing", () => {
    const room = scene();
    room.present("x");
    room.browser("x2", "x");
    room.feed({ type: "media-opened", member: "x2", isMuted: false });

    assert.deepEqual(room.feed({ type: "timer", timer: { name: "no-keys", member: "x2" } }), [
      "unmix x2",
      "forget x2, no-media",
    ]);
    assert.deepEqual(room.feed({ type: "muted", member: "x", isMuted: true }), [
      "mix x hears",
      "soon to all: 1 muted, note muted x, itself",
    ]);
  });

  it("leaves a third, which came after the second, its try", () => {
    const room = scene();
    room.present("x");
    room.browser("x2", "x");
    room.browser("x3", "x");
    for (const member of ["x2", "x3"]) room.feed({ type: "media-opened", member, isMuted: false });

    assert.deepEqual(room.feed({ type: "media-flows", member: "x2" }).slice(1), [
      "unmix x",
      "note authorized x, replaced",
      "forget x, replaced",
    ]);
    assert.deepEqual(room.feed({ type: "media-flows", member: "x3" }).slice(1), [
      "unmix x2",
      "note authorized x2, replaced",
      "forget x2, replaced",
    ]);
  });

  it("takes over from a telephone, and a telephone from a browser", () => {
    const room = scene();
    room.telephone("x");

    assert.deepEqual(room.present("x2", "x").slice(1), [
      "unmix x",
      "note authorized x, replaced",
      "forget x, replaced",
    ]);
    assert.deepEqual(room.telephone("x3", "x"), [
      "mix x3 heard hears",
      "to all: roster +3 x open -2",
      "unmix x2",
      "note authorized x2, replaced",
      "forget x2, replaced",
    ]);
  });
});
