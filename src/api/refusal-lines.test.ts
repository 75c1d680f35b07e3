import assert from "node:assert/strict";
import { test } from "node:test";
import type { Logger } from "../kernel/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { createRefusalLines } from "./refusal-lines.ts";

function scene() {
  const said: { leftOut?: number; why?: string }[] = [];
  const log = { info: (facts: object) => void said.push(facts), debug: () => undefined } as unknown as Logger;
  const clock = createManualClock();
  return { said, clock, lines: createRefusalLines(log, clock) };
}

test("10,000 refusals in a minute are a hundred lines, and one with the number of the others", () => {
  const { said, clock, lines } = scene();

  for (let index = 0; index < 10_000; index++) lines.note({ why: `${index}` }, "refused");
  clock.advance(60_000);

  assert.equal(said.length, 101);
  assert.deepEqual(said.at(-1), { why: "9999", leftOut: 9_900 });
});

test("the next minute has its lines again, and a quiet one none", () => {
  const { said, clock, lines } = scene();
  for (let index = 0; index < 101; index++) lines.note({ why: "first" }, "refused");
  clock.advance(120_000);

  lines.note({ why: "second" }, "refused");

  assert.equal(said.length, 102);
  assert.deepEqual(said.at(-1), { why: "second" });
});
