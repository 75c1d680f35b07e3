import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { printEffect } from "./print-effect.ts";
import type { RoomInput } from "./room-inputs.ts";
import { startRoom, stepRoom, telephonesOf } from "./room-machine.ts";
import type { RoomState } from "./room-state.ts";

/** A room that is fed with inputs; `say` gives what came of them, one line an effect. */
function scene(mostAttendees = 250) {
  let state: RoomState = startRoom(mostAttendees, 0)[0];
  let atMs = 1_000;
  const feed = (...inputs: readonly RoomInput[]): readonly string[] =>
    inputs.flatMap((input) => {
      const [next, effects] = stepRoom(state, input);
      state = next;
      return effects.map(printEffect).filter((line) => !line.startsWith("stop "));
    });
  const who = (member: string, attendeeId: string) =>
    ({ member, attendeeId, externalUserId: `${attendeeId} ext`, audio: "SendReceive" }) as const;
  const browser = (member: string, attendeeId = member.slice(0, 1), clientSession = `session of ${member}`) =>
    feed({ type: "browser-joined", ...who(member, attendeeId), clientSession, atMs });
  return {
    feed,
    browser,
    telephone: (member: string, attendeeId = member.slice(0, 1)) =>
      feed({ type: "telephone-joined", ...who(member, attendeeId) }),
    /** A browser from its JOIN to its first packet; gives what came of that packet. */
    present: (member: string, attendeeId?: string, clientSession?: string) => {
      browser(member, attendeeId, clientSession);
      feed({ type: "media-opened", member, isMuted: false }, { type: "media-connected", member });
      return feed({ type: "media-flows", member });
    },
    message: (member: string, topics: readonly string[], lifetimeMs = 0) =>
      feed({
        ...{ type: "messages", member, atMs, atNs: BigInt(atMs) * 1_000_000n },
        messages: topics.map((topic) => ({ topic, data: Buffer.from(topic), lifetimeMs })),
      }),
    later: (ms: number) => void (atMs += ms),
    now: () => atMs,
    state: () => state,
  };
}

const audio = "Receive" as const;
const memberInputs = {
  opened: { type: "media-opened", member: "x", isMuted: true },
  connected: { type: "media-connected", member: "x" },
  flows: { type: "media-flows", member: "x" },
  "media lost": { type: "media-lost", member: "x" },
  "media ended": { type: "media-ended", member: "x", heardAtMs: 5 },
  mutes: { type: "muted", member: "x", isMuted: true },
  "is muted": { type: "room-muted", attendeeIds: ["x"], isMuted: true },
  "may only hear": { type: "capability-changed", attendeeId: "x", audio },
  "is loud": { type: "levels", levels: [{ member: "x", volume: 20 }] },
  leaves: { type: "left", member: "x" },
  "socket lost": { type: "lost", member: "x", heardAtMs: 5 },
  deleted: { type: "attendee-deleted", attendeeId: "x" },
  "no keys": { type: "timer", timer: { name: "no-keys", member: "x" } },
  presence: { type: "timer", timer: { name: "presence", member: "x" } },
  grace: { type: "timer", timer: { name: "grace", member: "x" } },
} as const satisfies Readonly<Record<string, RoomInput>>;

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
      opened: "mix x hears; to all: roster 2 muted",
      "media lost": "note dropped x; to all: roster -2!; to all: index 1",
      mutes: "mix x hears; to all: roster 2 muted",
      "is muted": "",
      "may only hear": "mix x hears",
      "is loud": "to all: volumes 2 at 20",
      leaves: "unmix x; note left x; forget x, left; to all: roster -2; to all: index 1",
      "socket lost": "start grace x 10000",
      deleted: "unmix x; note left x; forget x, attendee-deleted; to all: roster -2; to all: index 1",
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
      opened: "mix x hears; to all: roster 2 muted",
      "media lost": "note dropped x; to all: roster -2!; to all: index 1",
      mutes: "mix x hears; to all: roster 2 muted",
      "is muted": "",
      "may only hear": "mix x hears",
      "is loud": "to all: volumes 2 at 20",
      leaves: "unmix x; note left x; forget x, left; to all: roster -2; to all: index 1",
      deleted: "unmix x; note left x; forget x, attendee-deleted; to all: roster -2; to all: index 1",
      grace: "unmix x; note dropped x; forget x, dropped; to all: roster -2!; to all: index 1",
    },
    telephone: {
      "media ended": "unmix x; note dropped x; forget x, no-media; to all: roster -2!; to all: index 1",
      opened: "mix x hears; to all: roster 2 muted",
      "media lost": "note dropped x; to all: roster -2!; to all: index 1",
      mutes: "mix x hears; to all: roster 2 muted",
      "is muted": "mix x hears; to all: roster 2 muted",
      "may only hear": "mix x hears",
      "is loud": "to all: volumes 2 at 20",
      leaves: "unmix x; note left x; forget x, left; to all: roster -2; to all: index 1",
      deleted: "unmix x; note left x; forget x, attendee-deleted; to all: roster -2; to all: index 1",
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
    assert.deepEqual(room.feed(memberInputs.presence)[0], "to all: roster +2 x muted");
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

  it("takes its place over without a leave, and was dropped and has joined", () => {
    const room = scene();
    back(room);

    assert.deepEqual(room.present("x2", "x", "same"), [
      "to all: roster +3 x open -2",
      "unmix x",
      "note dropped x",
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
      "note dropped x",
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
  it("keeps the first until the audio of the second is there", () => {
    const room = scene();
    room.present("x");

    assert.equal(room.browser("x2", "x").at(-1), "to x2: roster +1 x open");
    room.feed({ type: "media-opened", member: "x2", isMuted: false }, { type: "media-connected", member: "x2" });
    assert.deepEqual(room.feed({ type: "media-flows", member: "x2" }), [
      "to all: roster +2 x open -1",
      "unmix x",
      "note authorized x",
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
      "to all: roster 1 muted",
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
      "note authorized x",
      "forget x, replaced",
    ]);
    assert.deepEqual(room.feed({ type: "media-flows", member: "x3" }).slice(1), [
      "unmix x2",
      "note authorized x2",
      "forget x2, replaced",
    ]);
  });

  it("takes over from a telephone, and a telephone from a browser", () => {
    const room = scene();
    room.telephone("x");

    assert.deepEqual(room.present("x2", "x").slice(1), ["unmix x", "note authorized x", "forget x, replaced"]);
    assert.deepEqual(room.telephone("x3", "x"), [
      "mix x3 heard hears",
      "to all: roster +3 x open -2",
      "unmix x2",
      "note authorized x2",
      "forget x2, replaced",
    ]);
  });
});

describe("microphones", () => {
  it("shows a member as muted while it or the room mutes it, and lets it be heard when neither does", () => {
    const room = scene();
    room.telephone("x");

    assert.deepEqual(room.feed(memberInputs["is muted"]), ["mix x hears", "to all: roster 1 muted"]);
    assert.deepEqual(room.feed(memberInputs["is muted"]), ["mix x hears"]);
    assert.deepEqual(room.feed(memberInputs.mutes), ["mix x hears"]);
    assert.deepEqual(room.feed({ ...memberInputs["is muted"], isMuted: false }), ["mix x hears"]);
    assert.deepEqual(room.feed({ ...memberInputs.mutes, isMuted: false }), [
      "mix x heard hears",
      "to all: roster 1 open",
    ]);
  });

  it("mutes telephones only, and says which attendees are any", () => {
    const room = scene();
    room.telephone("t");
    room.present("b");

    assert.deepEqual(room.feed({ type: "room-muted", attendeeIds: ["t", "b", "z"], isMuted: true }), [
      "mix t hears",
      "to all: roster 1 muted",
    ]);
    assert.deepEqual(telephonesOf(room.state(), ["t", "b", "z"]), ["t"]);
  });

  it("takes what a member may do into the mix, without showing it", () => {
    const parts = (["SendReceive", "Send", "Receive", "None"] as const).map((capability) => {
      const room = scene();
      room.telephone("x");
      return room.feed({ type: "capability-changed", attendeeId: "x", audio: capability });
    });

    assert.deepEqual(parts, [["mix x heard hears"], ["mix x heard"], ["mix x hears"], ["mix x"]]);
  });
});

describe("volumes", () => {
  it("tells of those who speak, and once of silence", () => {
    const room = scene();
    room.present("a");
    room.telephone("b");
    const levels = (...volumes: readonly (readonly [string, number])[]) =>
      room.feed({ type: "levels", levels: volumes.map(([member, volume]) => ({ member, volume })) });

    assert.deepEqual(levels(), []);
    assert.deepEqual(levels(["a", 14], ["b", 30]), ["to all: volumes 1 at 14 2 at 30"]);
    assert.deepEqual(levels(), ["to all: volumes 1 at 127 2 at 127"]);
    assert.deepEqual(levels(), []);
  });

  it("leaves out a member who is muted", () => {
    const room = scene();
    room.telephone("x");
    room.feed(memberInputs["is loud"], memberInputs["is muted"]);

    assert.deepEqual(room.feed(memberInputs["is loud"]), ["to all: volumes 1 at 127"]);
  });
});

describe("data messages", () => {
  it("go to all but their sender, with who sent them", () => {
    const room = scene();
    room.present("a");

    assert.deepEqual(room.message("a", ["one", "two"]), ["to all but a: data-message one of a two of a"]);
  });

  it("come back to their sender alone where they are too many", () => {
    const room = scene();
    room.present("a");
    room.message(
      "a",
      Array.from({ length: 199 }, () => "x"),
    );

    assert.deepEqual(room.message("a", ["one", "two"]), [
      "to all but a: data-message one of a",
      "to a: data-message two of a throttled",
    ]);
  });
});

describe("the end of a meeting", () => {
  it("tells everybody who is in, and nobody of the others' departure", () => {
    const room = scene();
    room.present("a");
    room.telephone("b");
    room.browser("c");

    assert.deepEqual(room.feed({ type: "meeting-ended" }), [
      "unmix a",
      "note left a",
      "forget a, meeting-ended",
      "unmix b",
      "note left b",
      "forget b, meeting-ended",
      "forget c, meeting-ended",
    ]);
    assert.equal(room.state().type, "ended");
  });

  it("takes an attendee who is deleted out on all devices, and leaves the others", () => {
    const room = scene();
    room.present("a");
    room.present("x");
    room.browser("x2", "x");

    assert.deepEqual(room.feed(memberInputs.deleted), [
      "unmix x",
      "note left x",
      "forget x, attendee-deleted",
      "to all: roster -2",
      "to all: index 1",
      "forget x2, attendee-deleted",
    ]);
  });
});
