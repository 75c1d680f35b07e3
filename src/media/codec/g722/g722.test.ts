import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { tone, toneLevelDbfs } from "../../../testing/tones.ts";
import { pcmFromSamples } from "../../pcm.ts";
import { g722 } from "./g722.ts";
import type { Decoder, Encoder } from "../codec.ts";

/** Numbers that are the same on every machine. */
function createNoise(): () => number {
  let state = 1;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
}

/** Two seconds at 16,000 Hz: noise, a saw with noise on it, silence, steps, a sweep; by integers only. */
function trial(): Int16Array {
  const noise = createNoise();
  const kinds = [
    () => Math.floor(noise() * 20_000) - 10_000,
    (index: number) => ((index * 300) % 24_000) - 12_000 + Math.floor(noise() * 400),
    () => 0,
    (index: number) => ((index >> 6) & 1) * 24_000 - 12_000,
    (index: number) => ((index * (index >> 5)) % 30_000) - 15_000,
  ];
  return Int16Array.from({ length: 32_000 }, (_, index) => kinds[Math.floor(index / 6400)]?.(index) ?? 0);
}

function encode(encoder: Encoder, samples: Int16Array, count: number): Uint8Array {
  const codes = new Uint8Array(count);
  // Frames of uneven lengths: the state goes on from one to the next.
  for (let at = 0, length = 1; at < count; at += length, length = Math.min((length % 170) + 7, count - at)) {
    const perCode = samples.length / count;
    encoder.encode(samples, at * perCode, length * perCode, codes, at);
  }
  return codes;
}

function decode(decoder: Decoder, codes: Uint8Array, perCode: 1 | 2): Int16Array {
  const samples = new Int16Array(codes.length * perCode);
  decoder.decode(codes, 0, codes.length, samples, 0);
  return samples;
}

const levelAt8k = (samples: Int16Array, frequencyHz: number) =>
  toneLevelDbfs(pcmFromSamples(samples), frequencyHz, 50, 480);
/** The measure takes all for 8,000 Hz, where a frequency is half of what it is at 16,000. */
const levelAt16k = (samples: Int16Array, frequencyHz: number) =>
  toneLevelDbfs(pcmFromSamples(samples), frequencyHz / 2, 50, 980);

const hashOf = (bytes: Int16Array | Uint8Array) =>
  createHash("sha256")
    .update(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    .digest("hex");

// Made once of `trial()` by the coder and the decoder of FFmpeg 5.1, which are not ours; test/interop asks the one that is installed.
const codesOfOther = {
  first: "328a27993984842020240591ba2e6c293e909c9faa2c33b7b93a1acd322f1d9cf21db4d3dd951b503f38ca1ed7be7a1a",
  sha256: "3f0ce6f7cbad529ab13c53164759b4c55b4176cd8c65171d2094e63582b97c48",
};
const samplesOfOther = { sha256: "69e4e1bb3f9b02b8b62c4ebb404f5f54a13bd13a4bacedb086c708466e42f879" };

test("G.722 gives the codes of a coder that is not ours (ITU-T G.722 §3)", () => {
  const codes = encode(g722.createEncoder(16_000), trial(), 16_000);

  assert.equal(Buffer.from(codes.subarray(0, 48)).toString("hex"), codesOfOther.first);
  assert.equal(hashOf(codes), codesOfOther.sha256);
});

test("G.722 gives the samples of a decoder that is not ours (ITU-T G.722 §4)", () => {
  assert.equal(
    hashOf(decode(g722.createDecoder(16_000), encode(g722.createEncoder(16_000), trial(), 16_000), 2)),
    samplesOfOther.sha256,
  );
});

const levels = [-10, -30] as const;
for (const frequencyHz of [300, 1000, 2500, 3400]) {
  test(`${frequencyHz} Hz keeps its level where a side of G.722 works at 8,000 Hz and the other at 16,000`, () => {
    for (const level of levels) {
      const narrow = tone(frequencyHz, 500, level);
      const wide = Int16Array.from(
        { length: 8000 },
        (_, index) => 32_767 * 10 ** (level / 20) * Math.sin((2 * Math.PI * frequencyHz * index) / 16_000),
      );

      const heardNarrow = decode(g722.createDecoder(), encode(g722.createEncoder(16_000), wide, 4000), 1);
      const heardWide = decode(g722.createDecoder(16_000), encode(g722.createEncoder(), narrow.samples, 4000), 2);
      const heardBoth = decode(g722.createDecoder(), encode(g722.createEncoder(), narrow.samples, 4000), 1);

      for (const heard of [
        levelAt8k(heardNarrow, frequencyHz),
        levelAt16k(heardWide, frequencyHz),
        levelAt8k(heardBoth, frequencyHz),
      ]) {
        assert.ok(Math.abs(heard - level) < 0.5, `${heard} dBFS instead of ${level}`);
      }
    }
  });
}

test("audio of 8,000 Hz is not heard a second time in the upper band of G.722", () => {
  const wide = decode(g722.createDecoder(16_000), encode(g722.createEncoder(), tone(1000, 500, -6).samples, 4000), 2);

  assert.ok(levelAt16k(wide, 7000) < -60, String(levelAt16k(wide, 7000)));
});

test("G.722 of silence is silent, both ways", () => {
  const codes = encode(g722.createEncoder(), new Int16Array(1600), 1600);

  assert.ok(decode(g722.createDecoder(), codes, 1).every((sample) => Math.abs(sample) <= 4));
  assert.ok(decode(g722.createDecoder(16_000), codes, 2).every((sample) => Math.abs(sample) <= 8));
});

test("codes that no coder makes are decoded to samples of 16 bits", () => {
  const noise = createNoise();
  const codes = Uint8Array.from({ length: 20_000 }, () => noise() * 256);

  for (const samples of [decode(g722.createDecoder(16_000), codes, 2), decode(g722.createDecoder(), codes, 1)]) {
    assert.ok(samples.some((sample) => Math.abs(sample) > 1000));
  }
});
