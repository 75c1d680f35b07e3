import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pcmFromSamples } from "../../media/index.ts";
import { createRandom } from "../internal/random.ts";
import { concatPcm, silence, slicePcm, tone } from "../tones.ts";
import { findEnd, findOnset, followToEnd, likeness, likenessOfOne } from "./judge-sound.ts";

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
    assert.ok(likeness(heard, at, beep).like > 0.95);
    assert.ok(likeness(heard, at, low).like < likenessOfOne / 2);
    assert.equal(likeness(heard, at, silence(900)).like, 0);
  });

  it("is followed over its own pauses to its end, or to where something else is heard", () => {
    const words = concatPcm(beep, silence(600), beep);
    const ms = (end: number | undefined) => end && Math.round(end / 8);
    const whole = concatPcm(silence(500), words, silence(500)).samples;
    assert.equal(ms(followToEnd(whole, 4_000, words)), 500 + 2_400);
    assert.equal(followToEnd(whole.slice(0, 8_000), 4_000, words), undefined);
    const cut = concatPcm(silence(500), slicePcm(words, 0, 400), silence(300), low).samples;
    assert.ok(Math.abs((ms(followToEnd(cut, 4_000, words)) ?? 0) - 900) <= 200);
    const other = concatPcm(silence(500), slicePcm(words, 0, 400), low).samples;
    assert.ok(Math.abs((ms(followToEnd(other, 4_000, words)) ?? 0) - 900) <= 200);
  });

  it("is followed also where a busy machine left out some packets of it", () => {
    const random = createRandom(7);
    const hiss = pcmFromSamples(Int16Array.from({ length: 8 * 2_000 }, () => 16_000 * (random() - 0.5)));
    const holed = concatPcm(silence(500), slicePcm(hiss, 0, 1_240), slicePcm(hiss, 1_280), silence(500)).samples;

    assert.equal(followToEnd(holed, 8 * 500, hiss), 8 * (500 + 2_000 - 40));
  });
});
