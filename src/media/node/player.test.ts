import assert from "node:assert/strict";
import { test } from "node:test";
import { createPlayer } from "./player.ts";

const steps = (length: number, value: number) => new Int16Array(length).fill(value);

function aPlayer() {
  const player = createPlayer();
  const reported: string[] = [];
  const play = (id: string, samples: Int16Array, repeat = 1) =>
    player.play({
      id,
      samples,
      repeat,
      onStarted: () => reported.push(`started ${id}`),
      onFinished: () => reported.push(`finished ${id}`),
    });
  const fill = (count: number) => {
    let heard: number[] = [];
    const encode = (samples: Int16Array, from: number) => (heard = [...samples.subarray(from, from + count)]);
    player.fill({
      length: count,
      isWide: false,
      encode,
      put: () => false,
      copy: () => false,
      silence: () => (heard = Array<number>(count).fill(0)),
    });
    return heard;
  };
  return { player, reported, play, fill };
}

test("the end of one playback and the beginning of the next share a packet", () => {
  const { play, fill, reported } = aPlayer();
  play("a", steps(3, 132));
  play("b", steps(4, -132));

  assert.deepEqual(fill(5), [132, 132, 132, -132, -132]);
  assert.deepEqual(reported, ["started a", "finished a", "started b"]);
  assert.deepEqual(fill(5), [-132, -132, 0, 0, 0]);
  assert.equal(reported.at(-1), "finished b");
});

test("repeats join, and the finish is reported once after the last", () => {
  const { play, fill, reported, player } = aPlayer();
  play("a", Int16Array.of(132, -132), 3);

  assert.deepEqual(fill(5), [132, -132, 132, -132, 132]);
  assert.deepEqual(reported, ["started a"]);
  assert.deepEqual(fill(1), [-132]);
  assert.deepEqual(reported, ["started a", "finished a"]);
  assert.equal(player.isIdle(), true);
});

test("a playback of nothing finishes in its turn, however often it is repeated", () => {
  const { play, fill, reported } = aPlayer();
  play("empty", new Int16Array(0), 1_000_000);
  play("a", steps(1, 132));

  assert.deepEqual(fill(2), [132, 0]);
  assert.deepEqual(reported, ["started empty", "finished empty", "started a", "finished a"]);
});

test("a stopped playback is dropped without a word, playing or queued", () => {
  const { play, fill, reported, player } = aPlayer();
  play("a", steps(10, 132));
  play("b", steps(10, 396));
  play("c", steps(2, -132));
  fill(2);

  player.stop("a");
  player.stop("b");

  assert.ok(fill(8).every((sample, index, all) => sample >= 0 && sample <= (all[index - 1] ?? 132)));
  assert.deepEqual(fill(2), [-132, -132]);
  assert.deepEqual(reported, ["started a", "started c", "finished c"]);
});

test("skipped time passes through playbacks without a start", () => {
  const { play, fill, reported, player } = aPlayer();
  play("a", steps(3, 132));
  play("b", steps(3, -132));

  player.skip(4);

  assert.deepEqual(reported, ["finished a"]);
  assert.deepEqual(fill(2), [-132, -132]);
});

test("a finish that queues the next playback makes it join at once", () => {
  const { player, fill, play } = aPlayer();
  player.play({ id: "a", samples: steps(1, 132), repeat: 1, onFinished: () => play("b", steps(1, -132)) });

  assert.deepEqual(fill(3), [132, -132, 0]);
});

/** Audio of which `count` samples are there. */
function growing(samples: Int16Array, count: number) {
  const growth = new Int32Array(new SharedArrayBuffer(8));
  growth[0] = count;
  return { samples, growth };
}

test("audio that is still being made plays as far as it is there, waits in silence, and goes on without a loss", () => {
  const { player, fill, reported } = aPlayer();
  const { samples, growth } = growing(Int16Array.of(132, 132, -132, -132, 0), 2);
  player.play({ id: "a", samples, growth, repeat: 1, onFinished: () => reported.push("finished a") });

  assert.deepEqual(fill(4), [132, 132, 0, 0]);
  assert.deepEqual(fill(2), [0, 0]);
  assert.equal(player.isIdle(), false);
  growth[0] = 4;
  assert.deepEqual(fill(2), [-132, -132]);
  assert.deepEqual(reported, []);
  growth[1] = 1;
  assert.deepEqual(fill(2), [0, 0]);
  assert.deepEqual(reported, ["finished a"]);
  assert.equal(player.isIdle(), true);
});

test("what waits behind audio that is still being made begins in the packet in which that ends", () => {
  const { player, play, fill } = aPlayer();
  const { samples, growth } = growing(steps(3, 132), 3);
  player.play({ id: "a", samples, growth, repeat: 1, onFinished: () => undefined });
  play("b", steps(2, -132));
  player.skip(1);

  growth[1] = 1;
  assert.deepEqual(fill(4), [132, 132, -132, -132]);
});

test("audio that is still being made can be stopped while it is waited for", () => {
  const { player, fill } = aPlayer();
  const { samples, growth } = growing(steps(3, 132), 1);
  player.play({ id: "a", samples, growth, repeat: 1, onFinished: () => undefined });
  player.skip(5);

  player.stop("a");
  assert.deepEqual(fill(1), [0]);
  assert.equal(player.isIdle(), true);
});

/** Largest step between two samples. */
function largestStep(samples: readonly number[]): number {
  return samples.reduce((most, sample, index) => Math.max(most, Math.abs(sample - (samples[index - 1] ?? 0))), 0);
}

/** Energy above 3 kHz, where a click has its own and a tone of 440 Hz has none: of the second difference of the second difference. */
function highEnergy(samples: readonly number[]): number {
  const difference = (values: readonly number[]) =>
    values.slice(2).map((value, index) => value - 2 * (values[index + 1] ?? 0) + (values[index] ?? 0));
  return difference(difference(difference(samples))).reduce((sum, value) => sum + value * value, 0);
}

const aTone = (length: number) =>
  Int16Array.from({ length }, (_, index) => Math.round(8000 * Math.sin((2 * Math.PI * 440 * index) / 8000)));

test("a playback that is stopped anywhere makes no click, whether silence or another one follows", (t) => {
  const tone = [...aTone(480)];
  let [worstStep, worstHigh, worstCut] = [0, 0, 0];
  for (let stopAt = 1; stopAt <= 40; stopAt++) {
    for (const next of [false, true]) {
      const { player, play, fill } = aPlayer();
      play("a", aTone(8000));
      const heard = [...fill(160), ...fill(stopAt)];
      if (next) play("b", aTone(8000));
      player.stop("a");
      heard.push(...fill(160), ...fill(160));
      const cut = [...tone.slice(0, 160), ...tone.slice(0, stopAt), ...Array<number>(480).fill(0)];
      worstStep = Math.max(worstStep, largestStep(heard));
      // The beginning of a tone has an edge of its own.
      if (next) continue;
      worstHigh = Math.max(worstHigh, highEnergy(heard));
      worstCut = Math.max(worstCut, highEnergy(cut.slice(0, heard.length)));
    }
  }

  const lessDb = 10 * Math.log10(worstCut / worstHigh);
  t.diagnostic(
    `largest step ${worstStep}, of the tone itself ${largestStep(tone)}; ${lessDb.toFixed(0)} dB less energy above 3 kHz than by a cut`,
  );
  assert.ok(worstStep <= largestStep(tone) * 1.05);
  assert.ok(lessDb > 25);
});

test("a playback that is stopped twice, or before any of it was heard, is gone at once", () => {
  const { player, play, fill } = aPlayer();
  play("a", aTone(800));
  player.stop("a");
  assert.equal(player.isIdle(), true);
  play("b", aTone(800));
  fill(160);
  player.stop("b");
  assert.equal(player.isIdle(), false);
  player.stop("b");
  assert.equal(player.isIdle(), true);
});

test("consecutive playbacks of one wave join as if they were one", () => {
  const { play, fill } = aPlayer();
  const whole = aTone(8000);
  for (let at = 0; at < whole.length; at += 1000) play(`part ${at}`, whole.subarray(at, at + 1000));

  const heard = Array.from({ length: 50 }, () => fill(160)).flat();

  assert.deepEqual(heard, [...whole]);
});
