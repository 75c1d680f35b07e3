import assert from "node:assert/strict";
import { test } from "node:test";
import { concatPcm, silence, tone } from "../testing/tones.ts";
import { measureSpeech } from "./measure-speech.ts";
import { pcmFromSamples } from "./pcm.ts";

test("finds the parts that are heard, with their level against a full sine", () => {
  const measure = measureSpeech(
    concatPcm(silence(300), tone(500, 400, -20), silence(500), tone(900, 200, -20), silence(100)),
  );

  assert.equal(measure.durationMs, 1500);
  assert.deepEqual(measure.segments, [
    { startMs: 300, endMs: 700 },
    { startMs: 1200, endMs: 1400 },
  ]);
  assert.equal(measure.speechMs, 600);
  assert.ok(Math.abs((measure.levelDbfs ?? 0) + 20) < 0.1);
});

test("silence has no level, no segments", () => {
  assert.deepEqual(measureSpeech(silence(100)), { durationMs: 100, speechMs: 0, levelDbfs: undefined, segments: [] });
  assert.equal(measureSpeech(pcmFromSamples([])).durationMs, 0);
});

test("noise far below the speech does not count, a short closure is part of a word", () => {
  const measure = measureSpeech(concatPcm(tone(100, 200, -50), tone(500, 200, -6), silence(100), tone(500, 205, -6)));

  assert.deepEqual(measure.segments, [{ startMs: 200, endMs: 705 }]);
});
