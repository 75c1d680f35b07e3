import assert from "node:assert/strict";
import { test } from "node:test";
import { g711 } from "./g711.ts";
import { transcodeTable } from "./transcode.ts";

test("codes of one law become those of the other, as near as the coarser of both laws allows (ITU-T G.711 §3)", () => {
  for (const [from, to] of [
    [g711.PCMU, g711.PCMA],
    [g711.PCMA, g711.PCMU],
  ] as const) {
    const table = transcodeTable(from, to);
    for (let code = 0; code < 256; code++) {
      const before = from.decodeTable[code] ?? 0;
      const after = to.decodeTable[table[code] ?? 0] ?? 0;
      assert.ok(Math.abs(after - before) <= Math.max(16, Math.abs(before) / 16), `${before} became ${after}`);
    }
  }
});

test("codes of the same law stay as they are", () => {
  assert.ok(transcodeTable(g711.PCMA, g711.PCMA).every((code, index) => code === index));
});
