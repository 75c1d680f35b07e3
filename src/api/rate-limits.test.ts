import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../testing/manual-clock.ts";
import { createRateCheck, type RateLimits } from "./rate-limits.ts";

const create = "CreateSipMediaApplicationCall";
const update = "UpdateSipMediaApplicationCall";

function setUp(limits: RateLimits) {
  const clock = createManualClock();
  const check = createRateCheck(limits, clock);
  /** How many of so many requests at once are served. */
  const serve = (operation: string, count: number) =>
    Array.from({ length: count }, () => check(operation)).filter((why) => why === undefined).length;
  return { clock, check, serve };
}

test("a second's requests are served at once, further ones as the time goes by", () => {
  const { clock, serve } = setUp({ requestsPerSecond: 10 });

  assert.equal(serve("ListSipRules", 30), 10);
  clock.advance(250);
  assert.equal(serve("ListSipRules", 30), 2);
  clock.advance(3_600_000);
  assert.equal(serve("ListSipRules", 30), 10, "what was not used does not pile up");
});

test("calls and updates have limits of their own; what one refuses counts for none", () => {
  const { serve } = setUp({ requestsPerSecond: 10, createCallsPerSecond: 1, updateCallsPerSecond: 5 });

  assert.deepEqual([serve(create, 20), serve(update, 20), serve("ListSipRules", 20)], [1, 5, 4]);
});

test("says how many are served, and the setting", () => {
  const { check } = setUp({ requestsPerSecond: 1 });
  check(create);

  assert.equal(
    check(update),
    "Service received too many requests: at most 1 a second are served here (api.requestsPerSecond in the configuration).",
  );
});

test("without limits every request is served", () => assert.equal(setUp({}).serve(create, 1_000), 1_000));
