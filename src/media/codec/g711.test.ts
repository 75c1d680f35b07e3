import assert from "node:assert/strict";
import { test } from "node:test";
import { toneLevelDbfs } from "../../testing/tones.ts";
import { pcmFromSamples } from "../pcm.ts";
import { pcma, pcmu, type G711Codec } from "./g711.ts";

const g711 = { PCMU: pcmu, PCMA: pcma };

function encode(codec: G711Codec, sample: number): number {
  const output = new Uint8Array(1);
  codec.createEncoder().encode(Int16Array.of(sample), 0, 1, output, 0);
  return output[0] ?? -1;
}

// Values of ITU-T G.711 tables 1 and 2, in the scaling of ITU-T G.191 (16 bits).
for (const [name, pairs] of [
  [
    "PCMU",
    [
      [0, 0xff],
      [32_767, 0x80],
      [-32_768, 0x00],
      [1000, 0xce],
      [-1000, 0x4e],
      [-1, 0x7f],
      [132, 0xef],
    ],
  ],
  [
    "PCMA",
    [
      [0, 0xd5],
      [-1, 0x55],
      [32_767, 0xaa],
      [-32_768, 0x2a],
      [1000, 0xfa],
      [-1001, 0x7a],
      [255, 0xda],
    ],
  ],
] as const) {
  test(`encodes the reference values of ${name} (ITU-T G.711)`, () => {
    assert.deepEqual(
      pairs.map(([sample]) => encode(g711[name], sample)),
      pairs.map(([, code]) => code),
    );
  });
}

test("decodes the reference values of both laws (ITU-T G.711)", () => {
  assert.deepEqual(
    [0xff, 0x7f, 0x80, 0x00, 0xef, 0x8f].map((code) => pcmu.decodeTable[code]),
    [0, 0, 32_124, -32_124, 132, 16_764],
  );
  assert.deepEqual(
    [0xd5, 0x55, 0xaa, 0x2a, 0xd4, 0x85].map((code) => pcma.decodeTable[code]),
    [8, -8, 32_256, -32_256, 24, 4224],
  );
});

// The standard's periodic test sequences: a sine of 1 kHz at 0 dBm0, which lies 3.17 dB (mu) and 3.14 dB (A) below full scale.
for (const [name, sequence] of [
  ["PCMU", [0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e]],
  ["PCMA", [0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4]],
] as const) {
  test(`decodes the 1 kHz test sequence of ${name} at its level (ITU-T G.711 §4)`, () => {
    const table = g711[name].decodeTable;
    const pcm = pcmFromSamples(Array.from({ length: 800 }, (_, index) => table[sequence[index % 8] ?? 0] ?? 0));

    assert.ok(Math.abs(toneLevelDbfs(pcm, 1000) + 3.15) < 0.15, String(toneLevelDbfs(pcm, 1000)));
  });
}

for (const name of ["PCMU", "PCMA"] as const) {
  test(`${name} gives each code back after decoding, and no sample is far from its code`, () => {
    const codec = g711[name];
    for (let code = 0; code < 256; code++) {
      // Mu-law has a second code for zero.
      const expected = name === "PCMU" && code === 0x7f ? 0xff : code;
      assert.equal(encode(codec, codec.decodeTable[code] ?? 0), expected);
    }
    for (let sample = -32_768; sample <= 32_767; sample += 7) {
      const error = Math.abs((codec.decodeTable[encode(codec, sample)] ?? 0) - sample);
      assert.ok(error <= Math.max(16, Math.abs(sample) / 30), `${sample} is off by ${error}`);
    }
  });
}

/** Where each magnitude of a law begins, as tables 1 and 2 of ITU-T G.711 have it: 8 segments of 16 steps, whose width doubles from one to the
 * next; of A-law the first two are alike, and mu-law begins with half a step. In parts of 16 bits: a step of mu-law is 8, of A-law 16. */
function decisionValues(name: "PCMU" | "PCMA"): readonly number[] {
  const values = [0];
  for (let segment = 0; segment < 8; segment++) {
    const width = name === "PCMU" ? 8 << segment : 16 << Math.max(0, segment - 1);
    for (let step = 0; step < 16; step++) {
      const isHalf = name === "PCMU" && segment === 0 && step === 0;
      values.push((values.at(-1) ?? 0) + (isHalf ? 4 : width));
    }
  }
  return values.slice(0, 128);
}

for (const name of ["PCMU", "PCMA"] as const) {
  test(`${name} has for each of the 65,536 samples the code of the tables, and for each code the middle of its step (ITU-T G.711)`, () => {
    const values = decisionValues(name);
    // Mu-law inverts all bits, A-law every second one; a set sign bit is positive.
    const codeOf = (magnitude: number, isNegative: boolean) =>
      name === "PCMU" ? (isNegative ? 0x7f : 0xff) - magnitude : ((isNegative ? 0 : 0x80) | magnitude) ^ 0x55;

    const upTo = (magnitude: number) => values[magnitude + 1] ?? 32_768;
    let wrong = 0;
    for (const isNegative of [false, true]) {
      let magnitude = 0;
      for (let size = 0; size < 32_768; size++) {
        while (size >= upTo(magnitude)) magnitude++;
        // Two's complement has one more negative number: -1 is the first.
        if (encode(g711[name], isNegative ? -1 - size : size) !== codeOf(magnitude, isNegative)) wrong++;
      }
      for (const [index, from] of values.entries()) {
        const top = index === 127 ? from + (from - (values[126] ?? 0)) : (values[index + 1] ?? 0);
        const middle = name === "PCMU" && index === 0 ? 0 : (from + top) / 2;
        assert.equal(g711[name].decodeTable[codeOf(index, isNegative)], isNegative ? 0 - middle : middle);
      }
    }
    assert.equal(wrong, 0);
  });
}
