import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandomUint32 } from "./random-words.ts";

test("each word is drawn once: a thousand of them are whole numbers of 32 bits, and hardly any two are equal", () => {
  const draw = createRandomUint32();

  const words = Array.from({ length: 1_000 }, draw);

  assert.ok(words.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32));
  // By chance one pair is equal in a run of 8,600.
  assert.ok(new Set(words).size >= 998, `${new Set(words).size} different words`);
});

test("two sources do not give the same words", () => {
  const [one, other] = [createRandomUint32(), createRandomUint32()];

  assert.notDeepEqual([one(), one()], [other(), other()]);
});
