import assert from "node:assert/strict";
import { test } from "node:test";
import { createStreamMap } from "./stream-map.ts";

/** A map that has begun: packet 0xffff at timestamp 5,000 went out as 10 at 100. */
function aMap() {
  const map = createStreamMap();
  map.map(7, 0xffff, 5000, 10, 100);
  /** Maps a packet; our clock runs along with its timestamp. */
  const next = (sequence: number, timestamp: number, change: { ssrc?: number; clock?: number } = {}) => {
    const taken = map.map(change.ssrc ?? 7, sequence, timestamp, 50, change.clock ?? timestamp - 4900);
    if (!taken) return "dropped";
    return [map.sequence, map.timestampTicks, map.isFirst ? "first" : map.isLate ? "late" : "next"];
  };
  return { map, next };
}

test("keeps distances of sequence numbers and timestamps over both wraps, so that losses stay losses", () => {
  const map = createStreamMap();

  assert.ok(map.map(7, 0xfffe, 0xffff_ff00, 0xffff, 0xffff_fff0));
  assert.deepEqual([map.sequence, map.timestampTicks, map.isFirst], [0xffff, -0x10, true]);
  assert.ok(map.map(7, 1, 0xe0, 0, 0x1d0));
  assert.deepEqual([map.sequence, map.timestampTicks, map.isFirst], [2, 0x1d0, false]);
});

test("late packets take the place that they left; duplicates and those before the talkspurt are dropped", () => {
  const { next } = aMap();

  assert.deepEqual(next(2, 5480), [13, 580, "next"]);
  assert.deepEqual(next(1, 5320), [12, 420, "late"]);
  assert.equal(next(1, 5320), "dropped");
  assert.equal(next(2, 5480), "dropped");
  assert.equal(next(0xffff, 5000), "dropped");
  assert.equal(next(0xfffe, 4840), "dropped");
});

for (const [what, sequence, timestamp, change] of [
  ["another source", 0, 5160, { ssrc: 8, clock: 260 }],
  ["a jump of sequence numbers", 9000, 5160, { clock: 260 }],
  ["a timestamp over a second off our clock", 0, 20_000, { clock: 260 }],
] as const) {
  test(`${what} begins a talkspurt at our numbers`, () => {
    const { next } = aMap();

    assert.deepEqual(next(sequence, timestamp, change), [50, 260, "first"]);
  });
}

test("after packets of our own, or when told to end, it goes on behind them", () => {
  const { map, next } = aMap();
  map.skipTo(30);
  assert.deepEqual(next(0, 5160), [30, 260, "next"]);
  assert.equal(next(0xffff, 5000), "dropped");
  map.end();
  assert.deepEqual(next(1, 5320, { clock: 999 }), [50, 999, "first"]);
});
