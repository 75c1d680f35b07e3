import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesPerPacket } from "../../../test/media/bytes-per-packet.ts";
import { createMixedLegs, type MixedMember } from "../../../test/media/mixed-legs.ts";

/** A frame of samples of 16,000 Hz has more, and so has a payload of Opus with what the system needs for it. Numbers that go from one function to the
 * next are kept as objects where the compiler has not joined them yet. */
const LESS_THAN_A_FRAME = 250;
/** Who only listens is given what is there. */
const NOTHING_BUT_NUMBERS = 32;

const speaker: MixedMember = { codec: "PCMU", speaks: true };

for (const [what, member, members, mostBytes] of [
  ["listens in Opus", { codec: "opus", speaks: false }, 100, NOTHING_BUT_NUMBERS],
  ["listens by telephone", { codec: "PCMU", speaks: false }, 100, NOTHING_BUT_NUMBERS],
  ["speaks in Opus", { codec: "opus", speaks: true }, 7, LESS_THAN_A_FRAME],
  ["speaks by telephone", { codec: "PCMU", speaks: true }, 7, LESS_THAN_A_FRAME],
] as const) {
  test(`for a member of a room who ${what} no frame is made anew`, async (t) => {
    const legs = await createMixedLegs([speaker, ...Array.from({ length: members }, () => member)]);
    const bytes = bytesPerPacket(() => {
      const before = legs.sent();
      legs.tick();
      return legs.sent() - before + members + 1;
    }, mostBytes);
    t.diagnostic(`${bytes.toFixed(1)} bytes a packet`);
    assert.ok(bytes < mostBytes, `${bytes.toFixed(1)} bytes a packet`);
  });
}
