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
    player.fill({ length: count, encode, silence: () => (heard = Array<number>(count).fill(0)) });
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
