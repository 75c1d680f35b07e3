import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { telephonesOf } from "./room-machine.ts";
import { memberInputs, scene } from "./room-scene.test.ts";

describe("microphones", () => {
  it("shows a member as muted while it or the room mutes it, and lets it be heard when neither does", () => {
    const room = scene();
    room.telephone("x");

    assert.deepEqual(room.feed(memberInputs["is muted"]), ["mix x hears", "soon to all: 1 muted, note muted x, room"]);
    assert.deepEqual(room.feed(memberInputs["is muted"]), ["mix x hears"]);
    assert.deepEqual(room.feed(memberInputs.mutes), ["mix x hears"]);
    assert.deepEqual(room.feed({ ...memberInputs["is muted"], isMuted: false }), ["mix x hears"]);
    assert.deepEqual(room.feed({ ...memberInputs.mutes, isMuted: false }), [
      "mix x heard hears",
      "soon to all: 1 open, note unmuted x, itself",
    ]);
  });

  it("mutes telephones only, and says which attendees are any", () => {
    const room = scene();
    room.telephone("t");
    room.present("b");

    assert.deepEqual(room.feed({ type: "room-muted", attendeeIds: ["t", "b", "z"], isMuted: true }), [
      "mix t hears",
      "soon to all: 1 muted, note muted t, room",
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

    assert.deepEqual(room.message("a", ["one", "two"]), ["soon to all: one of a two of a"]);
  });

  it("come back to their sender alone where they are too many", () => {
    const room = scene();
    room.present("a");
    room.message(
      "a",
      Array.from({ length: 199 }, () => "x"),
    );

    assert.deepEqual(room.message("a", ["one", "two"]), [
      "soon to all: one of a",
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
      "note left a, meeting-ended",
      "forget a, meeting-ended",
      "unmix b",
      "note left b, meeting-ended",
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
      "note left x, attendee-deleted",
      "forget x, attendee-deleted",
      "to all: roster -2",
      "to all: index 1",
      "forget x2, attendee-deleted",
    ]);
  });
});
