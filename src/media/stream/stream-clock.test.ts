import assert from "node:assert/strict";
import { test } from "node:test";
import { createStreamClock } from "./stream-clock.ts";

/** What a stream that steps by `step` from `first` on becomes, as differences. */
function steps(first: number, step: number, count: number): readonly number[] {
  const clock = createStreamClock();
  const ticks = Array.from({ length: count }, (_, index) => clock.ticksOf((first + index * step) >>> 0, 6));
  return ticks.slice(1).map((each, index) => (each - (ticks[index] ?? 0)) | 0);
}

test("20 ms of a clock of 48,000 Hz are 160 ticks, also where its timestamps wrap", () => {
  for (const first of [0, 1, 0xffff_ffff - 960 * 3 + 5, 0x7fff_ffff - 960]) {
    assert.deepEqual(new Set(steps(first, 960, 8)), new Set([160]));
  }
});

test("ticks wrap where those of the room do, though the codec's clock wraps six times as often", () => {
  const clock = createStreamClock();
  const wrap = 2 ** 32;
  let before = clock.ticksOf(0, 6);
  for (let at = 960_000_000; at <= 8 * wrap; at += 960_000_000) {
    const ticks = clock.ticksOf(at % wrap, 6);
    assert.equal((ticks - before) >>> 0, 160_000_000);
    before = ticks;
  }
});

test("a packet that was overtaken has its place before the one that overtook it", () => {
  const clock = createStreamClock();
  const first = clock.ticksOf(9600, 6);
  const third = clock.ticksOf(9600 + 2 * 960, 6);
  const second = clock.ticksOf(9600 + 960, 6);
  assert.deepEqual([second - first, third - first], [160, 320]);
});

test("what is no whole tick is not lost: a thousand steps of 7 are 1,166 ticks", () => {
  const sum = steps(0, 7, 1001).reduce((total, step) => total + step, 0);
  assert.ok(Math.abs(sum - 7000 / 6) <= 1);
});
