import assert from "node:assert/strict";
import { test } from "node:test";
import { createLateness } from "./lateness.ts";

test("the lateness of many ticks is that of the one in a hundred that is latest", () => {
  const lateness = createLateness();

  for (let tick = 0; tick < 980; tick++) lateness.note(300, 0);
  for (let tick = 0; tick < 20; tick++) lateness.note(7100, 0);

  assert.equal(lateness.take(), 7);
  assert.equal(lateness.take(), 0);
});

test("a single late tick among a few is no lateness, a tick that was missed among many is", () => {
  const lateness = createLateness();

  for (let tick = 0; tick < 40; tick++) lateness.note(tick === 0 ? 30_000 : 300, 0);
  assert.equal(lateness.take(), 0.25);

  for (let tick = 0; tick < 1000; tick++) lateness.note(300, tick < 20 ? 1 : 0);
  assert.ok(lateness.take() > 60);
});
