import assert from "node:assert/strict";
import { test } from "node:test";
import type { SpokenPart } from "./spoken-part.ts";
import { toPieces } from "./speech-pieces.ts";

type Part = SpokenPart<string>;
const words = (text: string): Part => ({ type: "words", text, rate: 1, pitch: 1, volumeDb: 0, voice: "anybody" });
const pause = (pauseMs: number): Part => ({ type: "pause", pauseMs });
const piecesOf = (parts: readonly Part[]) => toPieces(parts, () => 220);

test("a text is made in pieces of words with the pauses around them, and rests between words by their punctuation", () => {
  const [one, two, three, noon] = [words("One."), words("two,"), words("three"), words("at 12 a.m.")];
  const own = pause(150);

  assert.deepEqual(piecesOf([pause(5), one, two, three, pause(6), pause(7), one]), [
    [pause(5), one, own],
    [two, own],
    [three, pause(6), pause(7)],
    [one],
  ]);
  for (const part of [three, noon]) assert.deepEqual(piecesOf([part, one]), [[{ ...part, goesOn: true }], [one]]);
  assert.deepEqual(piecesOf([pause(5), pause(6)]), [[pause(5), pause(6)]]);
  assert.deepEqual(piecesOf([]), []);
});

test("a long pause is made a second at a time, so that nobody waits for all of it before the first of it, or other words, are heard", () => {
  const one = words("One.");
  const second = [pause(1_000)];

  assert.deepEqual(piecesOf([pause(2_500), one]), [second, second, [pause(500), one]]);
  assert.deepEqual(piecesOf([one, pause(600), pause(1_500), one]), [
    [one, pause(600), pause(400)],
    second,
    [pause(100)],
    [one],
  ]);
  assert.equal(piecesOf(Array.from({ length: 300 }, () => pause(10_000))).length, 3_000);
});
