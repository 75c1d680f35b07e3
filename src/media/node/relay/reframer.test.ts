import assert from "node:assert/strict";
import { test } from "node:test";
import { pcmu } from "../../codec/g711.ts";
import { transcoderOf } from "../../codec/transcode.ts";
import { createReframer } from "./reframer.ts";

const same = transcoderOf(pcmu, pcmu) ?? assert.fail();

function aReframer() {
  const reframer = createReframer();
  const push = (timestamp: number, ...codes: number[]) =>
    reframer.push(same, Uint8Array.from(codes), 0, codes.length, timestamp, 255);
  const take = (count: number) => {
    const output = new Uint8Array(count);
    reframer.take(output, 0, count);
    return [...output];
  };
  return { reframer, push, take };
}

test("cuts payloads anew and knows the timestamp of each cut", () => {
  const { reframer, push, take } = aReframer();
  push(1000, 1, 2, 3);
  push(1003, 4, 5, 6);

  assert.deepEqual(take(4), [1, 2, 3, 4]);
  assert.deepEqual([reframer.waiting, reframer.timestampTicks], [2, 1004]);
  push(1006, 7);
  assert.deepEqual(take(3), [5, 6, 7]);
});

test("fills a small hole with silence, drops what is late, and begins anew after a large hole", () => {
  const { reframer, push, take } = aReframer();
  push(0xffff_ffff, 1, 2);
  push(3, 3);
  push(1, 9);
  assert.deepEqual(take(5), [1, 2, 255, 255, 3]);

  push(10, 1);
  push(2000, 2);
  assert.deepEqual([reframer.waiting, reframer.timestampTicks], [1, 2000]);
});

test("never holds more than its memory", () => {
  const { reframer, push } = aReframer();
  for (let at = 0; at < 20_000; at += 1500) push(at, ...Array<number>(1500).fill(1));
  push(90_000, ...Array<number>(9000).fill(1));

  assert.ok(reframer.waiting <= 4096);
});
