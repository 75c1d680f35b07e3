import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../testing/manual-clock.ts";
import { createRestTest, giveBackMemory } from "./give-back-memory.ts";

const megabyte = 1_048_576;

function setUp() {
  const clock = createManualClock();
  const state = { isResting: true, heapBytes: 40 * megabyte, collected: 0, shrinkTo: [] as number[] };
  const collect = () => {
    state.collected++;
    state.heapBytes = state.shrinkTo.shift() ?? Math.min(state.heapBytes, 45 * megabyte);
  };
  const stop = giveBackMemory(clock, () => state.isResting, { heapBytes: () => state.heapBytes, collect });
  return { clock, state, stop };
}

test("collects what a burst left, once the server rests, and then no more", () => {
  const { clock, state } = setUp();
  state.isResting = false;
  state.heapBytes = 200 * megabyte;
  clock.advance(60_000);
  assert.equal(state.collected, 0);
  state.isResting = true;
  clock.advance(60_000);

  assert.equal(state.collected, 3);
  clock.advance(600_000);
  assert.equal(state.collected, 3);
});

test("goes on for as long as a collection gives something back", () => {
  const { clock, state } = setUp();
  state.isResting = false;
  clock.advance(2_000);
  state.heapBytes = 270 * megabyte;
  state.shrinkTo = [270, 225, 180, 134, 88, 42].map((megabytes) => megabytes * megabyte);
  state.isResting = true;
  clock.advance(600_000);

  assert.deepEqual([state.collected, state.heapBytes], [7, 42 * megabyte]);
});

test("leaves a heap alone that has not grown, and a server that works again", () => {
  const { clock, state } = setUp();
  clock.advance(60_000);
  assert.equal(state.collected, 0);
  state.isResting = false;
  clock.advance(2_000);
  state.heapBytes = 200 * megabyte;
  state.isResting = true;
  clock.advance(4_000);
  state.isResting = false;
  clock.advance(60_000);

  assert.equal(state.collected, 1);
});

test("ends when it is told to", () => {
  const { clock, stop } = setUp();
  clock.advance(12_000);
  stop();

  assert.equal(clock.pendingTimers(), 0);
});

test("a server rests when no call is up and its main thread hardly works, so that what a flood without calls left is collected after it", () => {
  const state = { calls: 0, usedMs: 10_000 };
  const isResting = createRestTest(
    () => state.calls,
    () => state.usedMs,
  );
  const look = (workedMs: number, calls = 0) => {
    state.usedMs += workedMs;
    state.calls = calls;
    return isResting();
  };

  assert.deepEqual([look(0), look(1_900), look(150), look(10, 1), look(399)], [true, false, true, false, true]);
});
