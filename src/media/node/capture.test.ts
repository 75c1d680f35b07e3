import assert from "node:assert/strict";
import { test } from "node:test";
import { createCapture } from "./capture.ts";
import { pcmu } from "../codec/g711.ts";
import { createHeardPacket } from "../stream/heard-packet.ts";

/** A packet of `count` equal samples with a value that mu-law holds exactly. */
function packet(
  capture: ReturnType<typeof createCapture>,
  timestamp: number,
  value: number,
  nowMs = 0,
  ssrc = 1,
  count = 4,
) {
  const code = pcmu.encodeTable[(value >> 2) & 0x3fff] ?? 0;
  const bytes = new Uint8Array(count).fill(code);
  const packet = { ...createHeardPacket(), bytes, end: count, kind: pcmu, ssrc, timestampTicks: timestamp >>> 0 };
  capture.packet(packet, nowMs);
}

const heard = (capture: ReturnType<typeof createCapture>) => [...capture.finish().samples];

test("puts each packet where its timestamp says: losses are silence, late packets find their place", () => {
  const capture = createCapture();
  packet(capture, 0xffff_fffc, 132);
  packet(capture, 8, 1052);
  packet(capture, 4, 396);

  assert.deepEqual(heard(capture), [
    ...Array(4).fill(132),
    ...Array(4).fill(0),
    ...Array(4).fill(396),
    ...Array(4).fill(1052),
  ]);
});

test("drops what is older than its beginning", () => {
  const capture = createCapture();
  packet(capture, 100, 132);
  packet(capture, 90, 396);

  assert.deepEqual(heard(capture), Array(4).fill(132));
});

test("a new source goes on after the old one, at its time of arrival", () => {
  const capture = createCapture();
  packet(capture, 0, 132, 0);
  packet(capture, 70_000, 396, 1, 2);

  assert.deepEqual(heard(capture), [132, 132, 132, 132, 0, 0, 0, 0, 396, 396, 396, 396]);
});

test("a wild timestamp does not take hours of memory", () => {
  const capture = createCapture();
  packet(capture, 0, 132, 0);
  packet(capture, 0x4000_0000, 396, 20);
  packet(capture, 0x4000_0004, 396, 20);

  assert.equal(capture.finish().samples.length, 168);
});

test("timestamps that keep running ahead of the time of day are brought back to it", () => {
  const capture = createCapture();
  for (let index = 0; index < 100; index++) packet(capture, index * 79_000, 132, index * 20);

  assert.ok(capture.finish().samples.length < (10_000 + 100 * 20) * 8 + 400);
});

test("keeps packets over the seams of its memory", () => {
  const capture = createCapture();
  for (let at = 0; at < 20_000; at += 90) packet(capture, at, 132, at / 8, 1, 90);

  assert.ok(heard(capture).every((sample) => sample === 132));
});

test("nothing heard is nothing kept", () => {
  assert.equal(createCapture().finish().samples.length, 0);
});
