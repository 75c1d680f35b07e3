import assert from "node:assert/strict";
import { test } from "node:test";
import { createGapList } from "./gap-list.ts";

test("late packets take pieces out of a gap: its beginning, its end, its middle, all", () => {
  const list = createGapList();
  list.add(0, 100);
  list.add(200, 300);
  list.fill(0, 10);
  list.fill(90, 110);
  list.fill(40, 50);
  list.fill(200, 300);

  assert.deepEqual(list.finish(1000), {
    gaps: [
      { atSample: 10, samples: 30 },
      { atSample: 50, samples: 40 },
    ],
    lostSamples: 70,
  });
});

test("gaps end with the recording", () => {
  const list = createGapList();
  list.add(50, 100);
  list.add(150, 200);

  assert.deepEqual(list.finish(80), { gaps: [{ atSample: 50, samples: 30 }], lostSamples: 30 });
});

test("lists ten thousand and counts the others", () => {
  const list = createGapList();
  for (let at = 0; at < 10_005; at++) list.add(at * 10, at * 10 + 4);
  const { gaps, lostSamples } = list.finish(1_000_000);

  assert.deepEqual([gaps.length, lostSamples], [10_000, 10_005 * 4]);
});
