import assert from "node:assert/strict";
import { fuzzTest } from "../../testing/internal/fuzz.ts";
import { answerStun, isStun } from "./stun.ts";

const cookie = Buffer.from("2112a442", "hex");

fuzzTest(
  "never throws on random bytes that look like STUN, and answers with no more than 24 bytes over what came",
  2_000,
  () => (random) => {
    const below = (limit: number) => Math.floor(random() * limit);
    const bytes = Buffer.from(Array.from({ length: below(600) }, () => below(256)));
    if (bytes.length > 0 && below(2) === 0) bytes[0] = below(64);
    if (bytes.length >= 8) cookie.copy(bytes, 4);
    if (bytes.length >= 4 && below(2) === 0) bytes.writeUInt16BE(Math.max(0, bytes.length - 20), 2);
    if (bytes.length >= 2 && below(2) === 0) bytes.writeUInt16BE(1, 0);
    if (!isStun(bytes)) return;
    const answer = answerStun(bytes, below(2) === 0 ? "192.0.2.9" : "2001:db8::9", below(65_536));
    assert.ok(answer === undefined || answer.length <= bytes.length + 24);
  },
);
