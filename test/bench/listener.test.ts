import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { createListener, isRtp, writeStamp } from "../../bench/far-ends/listener.ts";

function packet(sequence: number, timestamp: number, ssrc = 7): Buffer {
  const bytes = Buffer.alloc(172);
  bytes[0] = 0x80;
  bytes.writeUInt16BE(sequence & 0xffff, 2);
  bytes.writeUInt32BE(timestamp >>> 0, 4);
  bytes.writeUInt32BE(ssrc, 8);
  return bytes;
}

const near = (value: number | undefined, wanted: number) => ok(Math.abs((value ?? 0) - wanted) < 1e-6, `${value}`);

test("lateness is against the schedule that the earliest packet so far sets, also over the wrap of sequence and timestamp", () => {
  const listener = createListener(0);
  for (let index = 0; index < 100; index++) {
    const lateMs = index === 50 ? 3 : index === 0 ? 1 : 0;
    listener.hear(4_000, 20 * index + lateMs, packet(65_500 + index, 0xffff_ff00 + 160 * index), false);
  }
  const { packets, streams, lost, skipped, missing, late, delay } = listener.take(2_000);
  equal(packets, 100);
  equal(streams, 1);
  equal(lost + skipped + missing, 0);
  near(late.p50, 0);
  near(late.worst, 3);
  equal(delay, undefined);
});

test("a packet that comes early sets the schedule of those after it, and makes none late that came before", () => {
  const listener = createListener(0);
  for (const [index, atMs] of [0, 8, 28, 50].entries()) listener.hear(4_000, atMs, packet(index, 160 * index), false);
  const { late } = listener.take(60);
  near(late.p50, 0);
  near(late.worst, 2);
});

test("a gap in sequence numbers is a loss, and one that is filled late is none", () => {
  const listener = createListener(0);
  for (const index of [0, 1, 4, 3, 5]) listener.hear(4_000, 20 * index, packet(index, 160 * index), false);
  equal(listener.take(120).lost, 1);
});

test("a timestamp that advances more than the sequence number is a packet left out, and moves no schedule", () => {
  const listener = createListener(0);
  for (const index of [0, 1, 2]) listener.hear(4_000, 20 * index, packet(index, 160 * index), false);
  for (const index of [4, 5, 6]) listener.hear(4_000, 20 * index, packet(index - 1, 160 * index), false);
  const { lost, skipped, late } = listener.take(140);
  equal(lost, 0);
  equal(skipped, 1);
  near(late.worst, 0);
});

test("a stream that stops is short of packets", () => {
  const listener = createListener(0);
  for (let index = 0; index < 50; index++) listener.hear(4_000, 20 * index, packet(index, 160 * index), false);
  equal(listener.take(2_000).missing, 49);
});

test("a gap between two windows counts in the second", () => {
  const listener = createListener(0);
  for (const index of [0, 1, 2]) listener.hear(4_000, 20 * index, packet(index, 160 * index), false);
  listener.skip(60);
  for (const index of [5, 6]) listener.hear(4_000, 20 * index, packet(index, 160 * index), false);
  const { lost, packets } = listener.take(140);
  equal(lost, 2);
  equal(packets, 2);
});

test("another SSRC from the same port is another stream", () => {
  const listener = createListener(0);
  listener.hear(4_000, 0, packet(1, 0, 1), false);
  listener.hear(4_000, 500, packet(900, 77_000, 2), false);
  const { streams, lost } = listener.take(520);
  equal(streams, 2);
  equal(lost, 0);
  equal(listener.firstAtMs(4_000), 500);
});

test("a packet that carries the time of its sending tells how long it was on its way; one that does not is left out", () => {
  const listener = createListener(0);
  const stamped = packet(1, 160);
  writeStamp(stamped, 1_000);
  listener.hear(4_000, 1_004, stamped, true);
  listener.hear(4_000, 1_024, packet(2, 320).fill(0xff, 12), true);
  near(listener.take(1_040).delay?.worst, 4);
});

test("RTCP is no RTP", () => {
  equal(isRtp(packet(0, 0)), true);
  equal(isRtp(Buffer.from(packet(0, 0).fill(200, 1, 2))), false);
});
