import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { printEffect } from "./print-effect.ts";
import type { RoomInput } from "./room-inputs.ts";
import { startRoom, stepRoom } from "./room-machine.ts";
import type { RoomState } from "./room-state.ts";

const printed = (state: RoomState, input: RoomInput) => stepRoom(state, input)[1].map(printEffect);

describe("when a meeting ends by itself", () => {
  const nobodyThere = { type: "timer", timer: { name: "nobody-there" } } as const;

  it("comes five minutes after its creation or the last departure, and at the age of 24 hours", () => {
    const starts = (ageMs: number) => startRoom(250, ageMs)[1].map(printEffect);
    const [room] = startRoom(250, 0);

    assert.deepEqual(starts(0), ["start nobody-there 300000", "start too-old 86400000"]);
    assert.deepEqual(starts(86_000_000), ["start nobody-there 300000", "start too-old 400000"]);
    assert.deepEqual(starts(90_000_000), ["start nobody-there 300000", "start too-old 0"]);
    assert.deepEqual(printed(room, nobodyThere), ["end the meeting, nobody-there"]);
    assert.deepEqual(printed(room, { type: "timer", timer: { name: "too-old" } }), ["end the meeting, too-old"]);
  });

  it("waits while anybody is present", () => {
    let state: RoomState = startRoom(250, 0)[0];
    const stopsAndStarts = (input: RoomInput) => {
      const [next, effects] = stepRoom(state, input);
      state = next;
      return effects.map(printEffect).filter((line) => line.includes("nobody-there"));
    };
    const joins = (member: string): RoomInput => ({
      ...{ type: "telephone-joined", member, attendeeId: member, externalUserId: member, audio: "SendReceive" },
    });

    assert.deepEqual(stopsAndStarts(joins("a")), ["stop nobody-there"]);
    assert.deepEqual(stopsAndStarts(joins("b")), []);
    assert.deepEqual(stopsAndStarts({ type: "left", member: "a" }), []);
    assert.deepEqual(stopsAndStarts({ type: "media-lost", member: "b" }), ["start nobody-there 300000"]);
    assert.deepEqual(stopsAndStarts({ type: "media-flows", member: "b" }), ["stop nobody-there"]);
    assert.deepEqual(stopsAndStarts({ type: "left", member: "b" }), ["start nobody-there 300000"]);
  });
});

describe("an attendee who tries again and again", () => {
  it("has four connections without audio at most; the oldest gives way", () => {
    let [room] = startRoom(250, 0);
    const effects = ["1", "2", "3", "4", "5"].map((member) => {
      const [next, done] = stepRoom(room, {
        ...{ type: "browser-joined", member, attendeeId: "a", externalUserId: "Ann", audio: "SendReceive" },
        ...{ clientSession: member, atMs: 0 },
      });
      room = next;
      return done.map(printEffect).filter((line) => line.startsWith("forget"));
    });

    assert.deepEqual(effects, [[], [], [], [], ["forget 1, replaced"]]);
  });
});
