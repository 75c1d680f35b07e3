import assert from "node:assert/strict";
import { test } from "node:test";
import { createDelayEstimate } from "./delay-estimate.ts";

const packet = 160;

/** Notes packets of 20 ms, one after another, from a time on. @returns the time behind them */
function noteAll(
  estimate: ReturnType<typeof createDelayEstimate>,
  count: number,
  transitOf: (index: number) => number,
  from = 0,
): number {
  for (let index = 0; index < count; index++) estimate.note(transitOf(index), from + index * packet);
  return from + count * packet;
}

test("the shortest way and how much later most come: all but 2 of 100", () => {
  const estimate = createDelayEstimate();
  noteAll(estimate, 1000, (index) => (index % 100 === 0 ? 5000 : 700 + (index % 5) * 60));

  assert.equal(estimate.base, 700);
  assert.ok(estimate.spread() >= 240 && estimate.spread() <= 320, String(estimate.spread()));
});

test("packets that all come alike need the least wait", () => {
  const estimate = createDelayEstimate();
  noteAll(estimate, 100, () => -123_456);

  assert.deepEqual([estimate.base, estimate.spread()], [-123_456, 40]);
});

const jitter = (index: number) => (index % 4) * 40;

test("a way that gets 100 ms longer is the shortest one after eight seconds, and nothing is waited for twice", () => {
  const estimate = createDelayEstimate();
  const now = noteAll(estimate, 2000, jitter);
  noteAll(estimate, 500, (index) => 800 + jitter(index), now);

  assert.deepEqual([estimate.base, estimate.spread()], [800, 160]);
});

test("a way that gets 100 ms shorter is the shortest one at once, and what is waited for goes down in the next minute", () => {
  const estimate = createDelayEstimate();
  const now = noteAll(estimate, 2000, jitter);
  const later = noteAll(estimate, 10, (index) => -800 + jitter(index), now);
  assert.equal(estimate.base, -800);
  assert.ok(estimate.spread() >= 800);

  noteAll(estimate, 3000, (index) => -800 + jitter(index), later);

  assert.equal(estimate.spread(), 160);
});

test("after a pause, what was the shortest way is not known any more", () => {
  const estimate = createDelayEstimate();
  const now = noteAll(estimate, 100, () => 0);
  estimate.note(4000, now + 100_000);

  assert.equal(estimate.base, 4000);
});
