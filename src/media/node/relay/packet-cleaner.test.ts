import assert from "node:assert/strict";
import { test } from "node:test";
import { pcmu } from "../../codec/g711.ts";
import { createHeardPacket } from "../../stream/heard-packet.ts";
import { createLiveSuppressor } from "../suppressor/live-suppressor.ts";
import { createPacketCleaner } from "./packet-cleaner.ts";

/** What becomes of packets with these numbers. */
function cleanAll(sequences: readonly number[], ssrc: (index: number) => number = () => 1): readonly string[] {
  const suppressor = createLiveSuppressor();
  suppressor.switch(true);
  const cleaner = createPacketCleaner(suppressor);
  return sequences.map((sequence, index) => {
    const heard = createHeardPacket();
    const bytes = new Uint8Array(160).fill(0xff);
    Object.assign(heard, { kind: pcmu, bytes, start: 0, end: 160, ssrc: ssrc(index), sequence, timestampTicks: 0 });
    const passed = cleaner.clean(heard);
    return passed === undefined ? "left out" : passed === "decode" ? "decode" : `passed ${passed.sequence}`;
  });
}

test("packets that overtook each other are not lost: they and those behind them are put in order first", () => {
  assert.deepEqual(cleanAll([65_535, 1, 0, 2, 3]), ["passed 65535", "passed 1", "decode", "decode", "decode"]);
});

test("packets that come again are left out, and what was lost changes nothing", () => {
  assert.deepEqual(cleanAll([5, 6, 5, 6, 9, 6]), [
    "passed 5",
    "passed 6",
    "left out",
    "left out",
    "passed 9",
    "left out",
  ]);
});

test("another stream begins in order", () => {
  const ssrc = (index: number) => (index < 3 ? 1 : 2);
  assert.deepEqual(cleanAll([5, 7, 6, 20, 21], ssrc), ["passed 5", "passed 7", "decode", "passed 20", "passed 21"]);
});
