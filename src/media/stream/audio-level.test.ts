import assert from "node:assert/strict";
import { test } from "node:test";
import { readAudioLevel } from "./audio-level.ts";
import { findPayload } from "./packet.ts";

/** The level that a packet with these words in its extension tells for number 3. */
function levelOf(profile: number, data: readonly number[]): number {
  const words = Math.ceil(data.length / 4);
  const packet = Buffer.alloc(12 + 4 + words * 4 + 20);
  packet[0] = 0x90;
  packet.writeUInt16BE(profile, 12);
  packet.writeUInt16BE(words, 14);
  packet.set(data, 16);
  const bounds = { extension: 0, start: 0, end: 0 };
  assert.ok(findPayload(packet, bounds));
  assert.equal(bounds.start, 16 + words * 4);
  return readAudioLevel(packet, bounds, 3);
}

test("the level is found among elements of one byte, and behind padding (RFC 8285 §4.2)", () => {
  assert.equal(levelOf(0xbede, [0x30, 0x80 | 25]), 25);
  assert.equal(levelOf(0xbede, [0x12, 9, 9, 9, 0, 0, 0x30, 61]), 61);
});

test("the level is found among elements of two bytes (RFC 8285 §4.3)", () => {
  assert.equal(levelOf(0x1000, [5, 0, 0, 3, 1, 0x80 | 127]), 127);
});

test("a packet whose extension does not have it, or ends before it, tells none", () => {
  for (const data of [[], [0x10, 25], [0xf0, 1, 0x30, 25], [0x0f], [0x1f, 1, 1, 1]]) {
    assert.equal(levelOf(0xbede, data), -1);
  }
  assert.equal(levelOf(0x1000, [3, 0, 0, 0]), -1);
  assert.equal(levelOf(0x1000, [4, 255, 0, 0]), -1);
  assert.equal(levelOf(0x4242, [0x30, 25]), -1);
});

test("a packet without an extension tells no level", () => {
  assert.equal(readAudioLevel(new Uint8Array(40), { extension: 0, start: 12, end: 40 }, 3), -1);
});

test("random extensions are read to their end and no further", () => {
  let state = 7;
  const random = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
  for (let round = 0; round < 20_000; round++) {
    const data = Array.from({ length: Math.floor(random() * 24) }, () => Math.floor(random() * 256));
    const level = levelOf(random() < 0.5 ? 0xbede : 0x1000, data);
    assert.ok(level >= -1 && level <= 127);
  }
});
