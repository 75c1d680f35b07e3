import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pcmFromSamples, type Pcm } from "../../media/index.ts";
import { createRandom } from "../internal/random.ts";
import { concatPcm, silence, slicePcm, tone } from "../tones.ts";
import { endOfRest, findEnd, findOnset, followToEnd, likeness, likenessOfOne } from "./judge-sound.ts";

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
    const begun = () => ({ whole: words.samples, heardUntil: 4_000, at: 0, others: 0 });
    const whole = concatPcm(silence(500), words, silence(500)).samples;
    assert.equal(ms(followToEnd(whole, begun())), 500 + 2_400);
    const track = begun();
    assert.equal(followToEnd(whole.slice(0, 8_000), track), undefined);
    assert.equal(ms(followToEnd(whole, track)), 500 + 2_400);
    for (const between of [silence(300), silence(0)]) {
      const cut = concatPcm(silence(500), slicePcm(words, 0, 400), between, low).samples;
      assert.equal(ms(followToEnd(cut, begun())), 900);
    }
  });

  it("is known and followed where a busy machine left out some packets of it, as is another sound right behind", () => {
    const words = [hiss(1, 2_000), hiss(2, 1_500)] as const;
    for (const seed of [3, 4, 5, 6, 7, 8]) {
      const random = createRandom(seed);
      const parts = words.map((one) => leaveOut(one, () => random() < 0.04));
      const all = concatPcm(silence(500), ...parts, silence(500)).samples;
      let at = 8 * 500;
      for (const [index, part] of parts.entries()) {
        const [right, other] = [words[index], words[1 - index]].map((one) => likeness(all, at, one as Pcm));
        assert.ok(right?.track && right.like > likenessOfOne, `${right?.like} with seed ${seed}`);
        assert.ok((other?.like ?? 1) < likenessOfOne, `${other?.like} with seed ${seed}`);
        const end = followToEnd(all, right.track) ?? 0;
        assert.ok(Math.abs(end - at - part.samples.length) <= 8 * 20, `${end} with seed ${seed}`);
        at = end;
      }
    }
  });

  it("has a rest where a sound was taken for over a little too early, and no more than that", () => {
    assert.equal(endOfRest(concatPcm(slicePcm(beep, 0, 100), silence(500)).samples, 0), 8 * 100);
    assert.equal(endOfRest(concatPcm(slicePcm(beep, 0, 300), silence(500)).samples, 0), undefined);
    assert.equal(endOfRest(beep.samples, 0), undefined);
  });
});

/** Noise, which is like nothing but itself. */
function hiss(seed: number, ms: number): Pcm {
  const random = createRandom(seed);
  return pcmFromSamples(Int16Array.from({ length: 8 * ms }, () => 16_000 * (random() - 0.5)));
}

/** A sound without some of its packets. */
function leaveOut(sound: Pcm, isLeftOut: () => boolean): Pcm {
  const packets = Array.from({ length: sound.samples.length / 160 }, (_, index) =>
    slicePcm(sound, index * 20, index * 20 + 20),
  );
  return concatPcm(...packets.filter(() => !isLeftOut()));
}
