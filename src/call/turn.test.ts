import assert from "node:assert/strict";
import { it } from "node:test";
import { isFirstTime, type Turn } from "./turn.ts";

it("lets a call have 200 different warnings, each once, and is silent then", () => {
  const turn = { state: { warnings: [] as readonly string[] } } as Turn;
  const words = Array.from({ length: 300 }, (_, index) => `warning ${index}`);

  const isNew = [...words, ...words].map((one) => isFirstTime(turn, one));

  assert.equal(isNew.filter(Boolean).length, 200);
  assert.deepEqual([isNew[199], isNew[200]], [true, false]);
});
