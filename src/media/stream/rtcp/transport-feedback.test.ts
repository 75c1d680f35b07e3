import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzTest } from "../../../testing/internal/fuzz.ts";
import { createTransportFeedback } from "./transport-feedback.ts";

/** What a sender reads of a message: when each number arrived, milliseconds; undefined: not. */
function read(message: Uint8Array) {
  const view = new DataView(message.buffer, message.byteOffset);
  assert.deepEqual([view.getUint8(0), view.getUint8(1)], [0x8f, 205]);
  assert.equal((view.getUint16(2) + 1) * 4, message.length);
  const [first, count] = [view.getUint16(12), view.getUint16(14)];
  const reference = (view.getInt32(16) >> 8) * 64;
  const statuses: number[] = [];
  let at = 20;
  for (; statuses.length < count; at += 2) {
    const chunk = view.getUint16(at);
    assert.equal(chunk >> 14, 3);
    for (let index = 0; index < 7; index++) statuses.push((chunk >> (12 - 2 * index)) & 3);
  }
  let latest = reference;
  const arrivals = statuses.slice(0, count).map((status) => {
    if (status === 0) return undefined;
    latest += (status === 1 ? view.getUint8(at) : view.getInt16(at)) / 4;
    at += status;
    return latest;
  });
  assert.ok(message.length - at >= 0 && message.length - at < 4);
  return { first, arrivals, reporter: view.getUint32(4), media: view.getUint32(8), number: view.getUint8(19) };
}

test("what came is told with its times, and what did not as lost", () => {
  const feedback = createTransportFeedback();
  feedback.packet(65_534, 7, 1000);
  feedback.packet(65_535, 7, 1020.25);
  feedback.packet(1, 7, 1060);
  feedback.packet(2, 7, 1059.5);
  feedback.packet(3, 7, 1700);

  const told = read(feedback.take(99, 1701)!);
  assert.deepEqual(told, {
    ...{ first: 65_534, reporter: 99, media: 7, number: 0 },
    arrivals: [1000, 1020.25, undefined, 1060, 1059.5, 1700],
  });
});

test("messages follow each other without a gap, 200 ms apart, and only when something came", () => {
  const feedback = createTransportFeedback();
  assert.equal(feedback.take(1, 0), undefined);
  const numbers: number[] = [];
  let told = 0;
  for (let ms = 0; ms < 4000; ms += 20) {
    if (ms < 2000) feedback.packet(ms / 20, 7, ms);
    const message = feedback.take(1, ms);
    if (message === undefined) continue;
    const { first, arrivals, number } = read(message);
    assert.equal(number, told++);
    numbers.push(...arrivals.map((_, index) => first + index));
  }

  assert.deepEqual(
    numbers,
    Array.from({ length: 100 }, (_, index) => index),
  );
  assert.ok(told <= 11, String(told));
});

test("what overtook its message is not told again, and a far jump begins anew", () => {
  const feedback = createTransportFeedback();
  feedback.packet(10, 7, 0);
  feedback.packet(12, 7, 40);
  assert.equal(read(feedback.take(1, 50)!).arrivals.length, 3);
  feedback.packet(11, 7, 60);
  assert.equal(feedback.take(1, 400), undefined);
  feedback.packet(5000, 7, 500);
  assert.deepEqual(read(feedback.take(1, 700)!), {
    ...{ first: 5000, arrivals: [500], reporter: 1, media: 7, number: 1 },
  });
});

fuzzTest("whatever numbers come at whatever times, a message is whole and bounded", 5_000, () => {
  const feedback = createTransportFeedback();
  let number = 0;
  let nowMs = 1e6;
  return (random) => {
    number = random() < 0.01 ? Math.floor(random() * 65_536) : (number + Math.floor(random() * 5)) & 0xffff;
    nowMs += random() < 0.01 ? 20_000 * random() : 5 * random();
    feedback.packet(number, 7, nowMs);
    const message = random() < 0.1 ? feedback.take(1, nowMs) : undefined;
    if (message !== undefined) assert.ok(read(message).arrivals.length <= 256);
  };
});
