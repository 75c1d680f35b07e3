import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createCountedClock } from "./counted-clock.ts";

function setUp() {
  const inner = createManualClock();
  const clock = createCountedClock(inner);
  const fired: string[] = [];
  const start = (name: string, delayMs: number) => clock.startTimer(delayMs, () => fired.push(name));
  return { inner, clock, fired, start };
}

describe("a clock that counts its timers", () => {
  it("calls each when it is due, by one timer of the clock for all of one delay", () => {
    const { inner, fired, start } = setUp();
    start("first", 500);
    inner.advance(200);
    start("second", 500);
    assert.equal(inner.pendingTimers(), 1);

    inner.advance(299);
    assert.deepEqual(fired, []);
    inner.advance(1);
    assert.deepEqual(fired, ["first"]);
    inner.advance(199);
    assert.deepEqual(fired, ["first"]);
    inner.advance(1);
    assert.deepEqual(fired, ["first", "second"]);
    assert.equal(inner.pendingTimers(), 0);
  });

  it("calls those of another delay in between", () => {
    const { inner, fired, start } = setUp();
    start("a second", 1_000);
    start("half a second", 500);
    inner.advance(600);
    start("half a second later", 500);

    inner.advance(1_000);

    assert.deepEqual(fired, ["half a second", "a second", "half a second later"]);
  });

  for (const [which, left] of [
    ["first", ["second", "third"]],
    ["second", ["first", "third"]],
    ["third", ["first", "second"]],
  ] as const) {
    it(`calls the others when the ${which} of three is cancelled, twice too`, () => {
      const { inner, clock, fired, start } = setUp();
      const timers = new Map(["first", "second", "third"].map((name) => [name, start(name, 500)]));

      timers.get(which)?.cancel();
      timers.get(which)?.cancel();
      assert.equal(clock.pending(), 2);
      inner.advance(500);

      assert.deepEqual(fired, left);
      assert.equal(clock.pending(), 0);
    });
  }

  it("calls one that waited behind a cancelled one no sooner than it is due", () => {
    const { inner, fired, start } = setUp();
    const first = start("first", 500);
    inner.advance(300);
    start("second", 500);
    first.cancel();

    inner.advance(499);
    assert.deepEqual(fired, []);
    inner.advance(1);
    assert.deepEqual(fired, ["second"]);
  });

  it("has no timer of the clock when all are cancelled, and runs again after", () => {
    const { inner, clock, fired, start } = setUp();
    start("first", 500);
    start("second", 700);

    clock.cancelAll();
    assert.equal(clock.pending(), 0);
    assert.equal(inner.pendingTimers(), 0);

    start("third", 500);
    inner.advance(500);
    assert.deepEqual(fired, ["third"]);
  });

  it("takes a timer that a callback starts, and lets a callback cancel the one that is due with it", () => {
    const { inner, clock, fired, start } = setUp();
    clock.startTimer(500, () => {
      second.cancel();
      start("again", 500);
    });
    const second = start("second", 500);

    inner.advance(1_000);

    assert.deepEqual(fired, ["again"]);
    assert.equal(clock.pending(), 0);
  });

  it("calls the others when a callback throws", () => {
    const { inner, clock, fired, start } = setUp();
    clock.startTimer(500, () => {
      throw new Error("a fault of the callback");
    });
    start("second", 500);

    assert.throws(() => inner.advance(500), /a fault of the callback/);
    inner.advance(1);

    assert.deepEqual(fired, ["second"]);
  });
});
