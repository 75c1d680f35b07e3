import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createOutputMeter, shownPerSecond } from "./output-meter.ts";

function openMeter() {
  const clock = createManualClock();
  const reported: number[] = [];
  return { clock, reported, meter: createOutputMeter(clock, (bytes) => void reported.push(bytes)) };
}

describe("output of a function", () => {
  it("is shown up to a number of lines in a second; then a new second begins", () => {
    const { meter, clock } = openMeter();
    const shown = () => Array.from({ length: 2_000 }, () => meter.shows("stdout", 1)).filter(Boolean).length;
    assert.equal(shown(), shownPerSecond.lines);
    clock.advance(999);
    assert.equal(shown(), 0);
    clock.advance(1);
    assert.equal(shown(), shownPerSecond.lines);
  });

  it("is shown up to a number of characters in a second", () => {
    const { meter } = openMeter();
    assert.equal(meter.shows("stdout", shownPerSecond.characters), true);
    assert.equal(meter.shows("stdout", 1), false);
  });

  it("does not lose its errors to a flood of what is no error", () => {
    const { meter } = openMeter();
    meter.shows("stdout", shownPerSecond.characters);
    assert.equal(meter.shows("stderr", 10), true);
  });

  it("is reported once a second, in sum, when something was left out", () => {
    const { meter, clock, reported } = openMeter();
    for (let count = 0; count < 100; count++) meter.leftOut(10);
    clock.advance(999);
    assert.deepEqual(reported, []);
    clock.advance(1);
    assert.deepEqual(reported, [1_000]);
    clock.advance(10_000);
    assert.deepEqual(reported, [1_000]);
  });

  it("that was left out last is reported at the end", () => {
    const { meter, reported, clock } = openMeter();
    meter.leftOut(5);
    meter.close();
    assert.deepEqual(reported, [5]);
    assert.equal(clock.pendingTimers(), 0);
  });

  it("is read at a bounded rate: what is too fast waits for the next slice", () => {
    const { meter, clock } = openMeter();
    let resumed = 0;
    let readBytes = 0;
    while (meter.mayReadOn(65_536, () => resumed++)) readBytes += 65_536;
    assert.ok(readBytes <= 2 * 1024 ** 2);
    assert.equal(resumed, 0);
    clock.advance(50);
    assert.equal(resumed, 1);
    assert.equal(
      meter.mayReadOn(65_536, () => undefined),
      true,
    );
  });
});
