import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { concatPcm, silence, tone } from "../tones.ts";
import { findEnd, findOnset, likeness, likenessOfOne } from "./judge-sound.ts";

describe("what a phone heard", () => {
  const beep = tone(1_000, 900, -12);
  const low = tone(440, 900, -12);
  const heard = concatPcm(silence(500), beep, silence(700), low, silence(600)).samples;

  it("begins after silence, and ends before a pause", () => {
    assert.equal(Math.round((findOnset(heard, 0) ?? 0) / 80), 50);
    assert.equal(Math.round((findEnd(heard, 4_100) ?? 0) / 80), 140);
    assert.equal(findOnset(silence(300).samples, 0), undefined);
    assert.equal(findEnd(beep.samples, 10), undefined);
  });

  it("is like the sound that it is, and unlike others", () => {
    const at = findOnset(heard, 0) ?? 0;
    assert.ok(likeness(heard, at, beep) > 0.95);
    assert.ok(likeness(heard, at, low) < likenessOfOne / 2);
    assert.equal(likeness(heard, at, silence(900)), 0);
  });
});
