import assert from "node:assert/strict";
import { PerformanceObserver, constants, performance } from "node:perf_hooks";
import { test } from "node:test";
import type { CallObservation } from "../call/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { collectBetweenCalls, youngMemory } from "./collect-between-calls.ts";

const of = (fact: object) => ({ at: 0, transactionId: "t", fact }) as CallObservation;
const replied = of({ type: "replied", tookMs: 1 });

function setUp() {
  const clock = createManualClock();
  const state = { activeShare: 0.1, collected: 0 };
  const take = collectBetweenCalls(clock, {
    collect: () => void state.collected++,
    activeShare: () => state.activeShare,
  });
  return { clock, state, take };
}

test("collects once what came before is done, however many replies there were", () => {
  const { clock, state, take } = setUp();
  take(replied);
  take(of({ type: "function-failed" }));
  clock.advance(3);
  assert.equal(state.collected, 0);

  clock.advance(1_000);

  assert.equal(state.collected, 1);
  take(replied);
  clock.advance(4);
  assert.equal(state.collected, 2);
});

test("leaves it to V8 where there is no time between calls", () => {
  const { clock, state, take } = setUp();
  state.activeShare = 0.4;
  take(replied);

  clock.advance(1_000);

  assert.equal(state.collected, 0);
});

test("does nothing where no function has replied", () => {
  const { clock, state, take } = setUp();
  take(of({ type: "call-started" }));

  clock.advance(1_000);

  assert.equal(state.collected, 0);
});

test("collects what is young, and not all", async () => {
  let kinds: readonly number[] = [];
  const seen = new Promise<void>((resolve) => {
    const observer = new PerformanceObserver((list) => {
      // Its type does not say that entries of collections have a kind.
      kinds = (list.getEntries() as unknown as readonly { readonly detail: { readonly kind: number } }[]).map(
        ({ detail }) => detail.kind,
      );
      observer.disconnect();
      resolve();
    });
    observer.observe({ entryTypes: ["gc"] });
  });

  youngMemory().collect();

  await seen;
  assert.ok(kinds.includes(constants.NODE_PERFORMANCE_GC_MINOR), kinds.join());
});

test("tells a thread that has done nothing but work since the last look from one that waited", () => {
  const young = youngMemory();
  young.activeShare();
  const until = performance.now() + 5;
  while (performance.now() < until);

  assert.ok(young.activeShare() > 0.9);
});
