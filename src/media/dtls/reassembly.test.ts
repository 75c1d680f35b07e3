import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "../../testing/internal/random.ts";
import { Reassembly } from "./reassembly.ts";

const body = Buffer.from(Array.from({ length: 1000 }, (_, index) => index & 0xff));
const piece = (offset: number, length: number, sequence = 0, whole = body) => ({
  type: 11,
  sequence,
  length: whole.length,
  offset,
  body: whole.subarray(offset, offset + length),
});

test("a message of one piece is there at once, also one without a body", () => {
  const reassembly = new Reassembly();
  assert.equal(reassembly.add(piece(0, 1000)), undefined);
  assert.deepEqual(reassembly.takeNext(), { type: 11, sequence: 0, body });
  const empty = Buffer.alloc(0);
  assert.equal(reassembly.add(piece(0, 0, 1, empty)), undefined);
  assert.deepEqual(reassembly.takeNext(), { type: 11, sequence: 1, body: empty });
  assert.equal(reassembly.takeNext(), undefined);
});

test("pieces make the message in any order, repeated and cut anew", () => {
  const random = createRandom(7);
  for (let round = 0; round < 200; round++) {
    const reassembly = new Reassembly();
    let message = reassembly.takeNext();
    for (let pieces = 0; message === undefined && pieces < 1000; pieces++) {
      const offset = Math.max(0, Math.floor(random() * 1100) - 100);
      reassembly.add(piece(offset, Math.min(1000 - offset, 1 + Math.floor(random() * 300))));
      message = reassembly.takeNext();
    }
    assert.deepEqual(message?.body, body);
  }
});

test("a message that has a gap is not whole", () => {
  const reassembly = new Reassembly();
  reassembly.add(piece(0, 400));
  reassembly.add(piece(401, 599));
  assert.equal(reassembly.takeNext(), undefined);
  reassembly.add(piece(400, 1));
  assert.deepEqual(reassembly.takeNext()?.body, body);
});

test("messages are given in order, and pieces of earlier ones are stale", () => {
  const reassembly = new Reassembly();
  reassembly.add(piece(0, 1000, 1));
  assert.equal(reassembly.takeNext(), undefined);
  reassembly.add(piece(0, 1000, 0));
  assert.deepEqual([reassembly.takeNext()?.sequence, reassembly.takeNext()?.sequence], [0, 1]);
  assert.equal(reassembly.add(piece(0, 1000, 1)), "replayed");
});

test("what is kept does not change with the memory that it came in", () => {
  const reassembly = new Reassembly();
  const memory = Buffer.from(body);
  reassembly.add(piece(0, 1000, 0, memory));
  memory.fill(0xff);
  assert.deepEqual(reassembly.takeNext()?.body, body);
});

test("no more is kept than four messages of 8 KiB in 32 parts each", () => {
  const reassembly = new Reassembly();
  assert.equal(reassembly.add({ ...piece(0, 10), length: 8193 }), "beyond-limit");
  assert.equal(reassembly.add({ ...piece(0, 10), length: 8192 }), undefined);
  assert.equal(reassembly.add(piece(0, 10, 4)), "beyond-limit");
  assert.equal(reassembly.add(piece(0, 10, 3)), undefined);
  for (let part = 0; part < 32; part++) assert.equal(reassembly.add(piece(part * 10, 5, 2)), undefined);
  assert.equal(reassembly.add(piece(990, 5, 2)), "beyond-limit");
  assert.equal(reassembly.add(piece(5, 5, 2)), undefined);
});

test("pieces of one number that contradict each other, or hold nothing, are left aside", () => {
  const reassembly = new Reassembly();
  reassembly.add(piece(0, 10));
  assert.equal(reassembly.add({ ...piece(10, 10), type: 12 }), "malformed");
  assert.equal(reassembly.add({ ...piece(10, 10), length: 999 }), "malformed");
  assert.equal(reassembly.add(piece(10, 0)), "malformed");
});
