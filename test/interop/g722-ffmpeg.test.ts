import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { g722 } from "../../src/media/codec/g722/g722.ts";

/** What FFmpeg, whose coder is not ours, makes of some bytes; undefined where it is not installed. */
function ffmpeg(words: readonly string[], input: Uint8Array): Buffer | undefined {
  const { error, status, stdout, stderr } = spawnSync("ffmpeg", ["-loglevel", "error", ...words, "-"], {
    input,
    maxBuffer: 10_000_000,
  });
  if (error !== undefined) return undefined;
  assert.equal(status, 0, String(stderr));
  return stdout;
}

const encodeWords = ["-f", "s16le", "-ar", "16000", "-ac", "1", "-i", "-", "-c:a", "g722", "-f", "g722"];
const decodeWords = ["-f", "g722", "-i", "-", "-f", "s16le"];
const isAbsent = ffmpeg(encodeWords, new Uint8Array(640)) === undefined;
const skip = isAbsent && "FFmpeg is not installed";

/** Ten seconds of tones that go up and down in pitch and level, with noise. */
function sweep(): Int16Array {
  return Int16Array.from({ length: 160_000 }, (_, index) => {
    const level = 6000 * (1 + Math.sin(index / 9000)) + 50;
    return level * Math.sin((index * (index % 40_000)) / 60_000) + (Math.random() - 0.5) * 400;
  });
}

test("FFmpeg and we make the same G.722 codes of ten seconds, and the same samples of those", { skip }, () => {
  const samples = sweep();
  const codes = new Uint8Array(80_000);
  g722.createEncoder(16_000).encode(samples, 0, samples.length, codes, 0);

  const theirs = ffmpeg(encodeWords, new Uint8Array(samples.buffer));
  assert.ok(theirs?.equals(codes));

  const heard = new Int16Array(160_000);
  g722.createDecoder(16_000).decode(codes, 0, codes.length, heard, 0);
  assert.ok(ffmpeg(decodeWords, codes)?.equals(new Uint8Array(heard.buffer)));
});

test("FFmpeg and we make the same samples of random G.722 codes", { skip }, () => {
  const codes = Uint8Array.from({ length: 40_000 }, () => Math.random() * 256);
  const heard = new Int16Array(80_000);
  g722.createDecoder(16_000).decode(codes, 0, codes.length, heard, 0);

  assert.ok(ffmpeg(decodeWords, codes)?.equals(new Uint8Array(heard.buffer)));
});
