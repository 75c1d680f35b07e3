import assert from "node:assert/strict";
import { test } from "node:test";
import { createThrift } from "./thrift.ts";

test("a thread is thrifty above half of a processor, and not because of what it saves by that another time", () => {
  const thrift = createThrift();
  const [usual, saved] = [0.6, 0.6 / 5];

  assert.deepEqual([0.1, 0.49, usual, saved, usual, saved, saved].map(thrift.note), [
    ...[false, false, true, true, true, true, true],
  ]);
});

test("a thread with hardly anything left to do has time again", () => {
  const thrift = createThrift();

  assert.deepEqual([0.9, 0.2, 0.05, 0.45].map(thrift.note), [true, true, false, false]);
});
