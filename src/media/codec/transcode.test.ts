import assert from "node:assert/strict";
import { test } from "node:test";
import type { Codec } from "./codec.ts";
import { pcma, pcmu } from "./g711.ts";
import { g722 } from "./g722/g722.ts";
import { transcoderOf } from "./transcode.ts";

const allCodes = Uint8Array.from({ length: 256 }, (_, code) => code);

function converted(from: Codec, to: Codec, bytes: Uint8Array, room = bytes.length): Uint8Array {
  const output = new Uint8Array(bytes.length);
  const count = transcoderOf(from, to)?.convert(bytes, 0, bytes.length, output, 0, room);
  return output.subarray(0, count);
}

test("codes of one law become those of the other, as near as the coarser of both laws allows (ITU-T G.711 §3)", () => {
  for (const [from, to] of [
    [pcmu, pcma],
    [pcma, pcmu],
  ] as const) {
    const codes = converted(from, to, allCodes);
    for (let code = 0; code < 256; code++) {
      const before = from.decodeTable[code] ?? 0;
      const after = to.decodeTable[codes[code] ?? 0] ?? 0;
      assert.ok(Math.abs(after - before) <= Math.max(16, Math.abs(before) / 16), `${before} became ${after}`);
    }
  }
});

test("codes of the same codec stay as they are", () => {
  assert.deepEqual(converted(pcma, pcma, allCodes), allCodes);
});

test("what has to be decoded has no transcoder: G.722 and G.711", () => {
  assert.equal(transcoderOf(g722, pcmu), undefined);
  assert.equal(transcoderOf(pcma, g722), undefined);
});

test("G.722 stays as it is", () => {
  assert.deepEqual(converted(g722, g722, allCodes), allCodes);
});

for (const [name, from] of [
  ["by table", pcmu],
  ["unchanged", pcma],
] as const) {
  test(`writes no more than there is room for: ${name}`, () => {
    assert.ok(converted(from, pcma, new Uint8Array(500), 200).length <= 200);
  });
}
