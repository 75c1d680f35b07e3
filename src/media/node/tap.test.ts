import assert from "node:assert/strict";
import { test } from "node:test";
import { createTap } from "./tap.ts";
import { pcmu } from "../codec/g711.ts";
import { createHeardPacket } from "../stream/heard-packet.ts";

/** A packet of `count` equal samples with a value that mu-law holds exactly. */
function packet(tap: ReturnType<typeof createTap>, timestamp: number, value: number, nowMs = 0, ssrc = 1, count = 4) {
  const code = pcmu.encodeTable[(value >> 2) & 0x3fff] ?? 0;
  const bytes = new Uint8Array(count).fill(code);
  const packet = { ...createHeardPacket(), bytes, end: count, kind: pcmu, ssrc, timestampTicks: timestamp >>> 0 };
  tap.heard(packet, nowMs);
}

const heard = (tap: ReturnType<typeof createTap>) => [...tap.finish().samples];

test("puts each packet where its timestamp says: losses are silence, late packets find their place", () => {
  const tap = createTap();
  packet(tap, 0xffff_fffc, 132);
  packet(tap, 8, 1052);
  packet(tap, 4, 396);

  assert.deepEqual(heard(tap), [
    ...Array(4).fill(132),
    ...Array(4).fill(0),
    ...Array(4).fill(396),
    ...Array(4).fill(1052),
  ]);
});

test("drops what is older than its beginning", () => {
  const tap = createTap();
  packet(tap, 100, 132);
  packet(tap, 90, 396);

  assert.deepEqual(heard(tap), Array(4).fill(132));
});

test("a new source goes on after the old one, at its time of arrival", () => {
  const tap = createTap();
  packet(tap, 0, 132, 0);
  packet(tap, 70_000, 396, 1, 2);

  assert.deepEqual(heard(tap), [132, 132, 132, 132, 0, 0, 0, 0, 396, 396, 396, 396]);
});

test("a wild timestamp does not take hours of memory", () => {
  const tap = createTap();
  packet(tap, 0, 132, 0);
  packet(tap, 0x4000_0000, 396, 20);
  packet(tap, 0x4000_0004, 396, 20);

  assert.equal(tap.finish().samples.length, 168);
});

test("timestamps that keep running ahead of the time of day are brought back to it", () => {
  const tap = createTap();
  for (let index = 0; index < 100; index++) packet(tap, index * 79_000, 132, index * 20);

  assert.ok(tap.finish().samples.length < (10_000 + 100 * 20) * 8 + 400);
});

test("keeps packets over the seams of its memory", () => {
  const tap = createTap();
  for (let at = 0; at < 20_000; at += 90) packet(tap, at, 132, at / 8, 1, 90);

  assert.ok(heard(tap).every((sample) => sample === 132));
});

test("nothing heard is nothing kept", () => {
  assert.equal(createTap().finish().samples.length, 0);
});
