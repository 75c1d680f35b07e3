import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { findCapacity, nextLoad, type SearchPlan } from "../../bench/capacity.ts";

const plan: SearchPlan = { guess: 100, step: 10, resolution: 0.05, mostTries: 20 };

/** Something that holds up to `most`. */
function subject(most: number) {
  const tried: number[] = [];
  const attempt = async (load: number) => {
    tried.push(load);
    return { holds: load <= most, share: load / most, load };
  };
  return { tried, attempt };
}

for (const most of [20, 95, 100, 730, 5_000]) {
  test(`a search ends within one step or 5 % of what holds: ${most}`, async () => {
    const { attempt } = subject(most);
    const { load, held, failed } = await findCapacity(plan, attempt);
    ok(load <= most && load > most - Math.max(plan.step, most * 0.06), `${load}`);
    equal(held?.load, load);
    ok((failed?.load ?? 0) > most);
  });
}

test("a load that fails does not end a search", async () => {
  const { tried, attempt } = subject(60);
  await findCapacity(plan, attempt);
  const firstFailure = tried.findIndex((load) => load > 60);
  ok(tried.length > firstFailure + 2, tried.join(" "));
});

test("a search gives up after its number of tries, and gives the best", async () => {
  const { tried, attempt } = subject(101);
  const { load, failed } = await findCapacity({ ...plan, resolution: 0, step: 1, mostTries: 3 }, attempt);
  equal(tried.length, 3);
  equal(load, Math.max(...tried.filter((each) => each <= 101)));
  equal(failed?.load, Math.min(...tried.filter((each) => each > 101)));
});

test("a search in which every load holds goes on, up to three times its number of tries", async () => {
  const { tried, attempt } = subject(1_000_000);
  const { load, failed } = await findCapacity({ ...plan, mostTries: 3 }, attempt);
  equal(tried.length, 9);
  equal(load, tried[8]);
  equal(failed, undefined);
});

test("where nothing holds, nothing is found", async () => {
  const { load, held, failed } = await findCapacity(plan, subject(0).attempt);
  equal(load, 0);
  equal(held, undefined);
  equal(failed?.load, 10);
});

test("a load that took little of the processor is followed by at most twice as much", () => {
  equal(nextLoad(plan, { load: 100, share: 0.1 }, undefined), 200);
  equal(nextLoad(plan, { load: 100, share: 0.6 }, undefined), 150);
  equal(nextLoad(plan, { load: 100, share: 1.2 }, undefined), 120);
});
