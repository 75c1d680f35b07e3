import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CreateCallOutcome } from "../engine/index.ts";
import { newTransactionId } from "../kernel/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { createRecentCalls, keepMs, mostRemembered } from "./recent-calls.ts";

function setUp() {
  const clock = createManualClock();
  const made: CreateCallOutcome[] = [];
  const create = () => {
    const outcome: CreateCallOutcome = { type: "created", transactionId: newTransactionId() };
    made.push(outcome);
    return Promise.resolve(outcome);
  };
  return { clock, made, create, recentCalls: createRecentCalls(clock) };
}

// Contract: api-call-retries
describe("recent calls", () => {
  it("makes one call for all attempts of a request, until the time to keep it has passed", async () => {
    const { recentCalls, clock, create, made } = setUp();

    const first = await recentCalls.once("id", { to: "a" }, create);
    clock.advance(keepMs - 1);
    const second = await recentCalls.once("id", { to: "a" }, create);
    clock.advance(1);
    const third = await recentCalls.once("id", { to: "a" }, create);

    assert.equal(second, first);
    assert.notEqual(third, first);
    assert.equal(made.length, 2);
  });

  it("joins an attempt to the one that is still under way", async () => {
    const { recentCalls, create, made } = setUp();

    const [first, second] = await Promise.all([recentCalls.once("id", {}, create), recentCalls.once("id", {}, create)]);

    assert.equal(first, second);
    assert.equal(made.length, 1);
  });

  it("makes calls each time without an id, and for another request with the same id", async () => {
    const { recentCalls, create, made } = setUp();

    await recentCalls.once(undefined, {}, create);
    await recentCalls.once(undefined, {}, create);
    await recentCalls.once("id", { to: "a" }, create);
    await recentCalls.once("id", { to: "b" }, create);

    assert.equal(made.length, 4);
  });

  it("forgets what made no call: a refusal and a failure", async () => {
    const { recentCalls, create, made } = setUp();

    await recentCalls.once("id", {}, () => Promise.resolve({ type: "no-application" }));
    await assert.rejects(
      recentCalls.once("id", {}, () => Promise.reject(new Error("broken"))),
      /broken/,
    );
    await recentCalls.once("id", {}, create);

    assert.equal(made.length, 1);
  });

  it("stays bounded: the oldest is forgotten first", async () => {
    const { recentCalls, create, made } = setUp();
    for (let index = 0; index <= mostRemembered; index += 1) await recentCalls.once(`${index}`, {}, create);
    const count = made.length;

    await recentCalls.once(`${mostRemembered}`, {}, create);
    assert.equal(made.length, count);
    await recentCalls.once("0", {}, create);
    assert.equal(made.length, count + 1);
  });
});
