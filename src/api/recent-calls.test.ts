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
  /** What the records have, by the only request there is. */
  const elsewhere: { calls: string[]; asked: number[] } = { calls: [], asked: [] };
  const madeBy = async (_key: string, since: number) => {
    elsewhere.asked.push(since);
    return elsewhere.calls.shift();
  };
  return { clock, made, create, elsewhere, recentCalls: createRecentCalls(clock, { madeBy }) };
}

const attempt = (invocationId: string | undefined) => ({ invocationId, isFirst: true });

// Contract: api-call-retries
describe("recent calls", () => {
  it("makes one call for all attempts of a request, until the time to keep it has passed", async () => {
    const { recentCalls, clock, create, made } = setUp();

    const one = await recentCalls.once(attempt("id"), { to: "a" }, create);
    clock.advance(keepMs - 1);
    const second = await recentCalls.once(attempt("id"), { to: "a" }, create);
    clock.advance(1);
    const third = await recentCalls.once(attempt("id"), { to: "a" }, create);

    assert.equal(second, one);
    assert.notEqual(third, one);
    assert.equal(made.length, 2);
  });

  it("joins an attempt to the one that is still under way", async () => {
    const { recentCalls, create, made } = setUp();

    const [first, second] = await Promise.all([
      recentCalls.once(attempt("id"), {}, create),
      recentCalls.once(attempt("id"), {}, create),
    ]);

    assert.equal(first, second);
    assert.equal(made.length, 1);
  });

  it("makes calls each time without an id, and for another request with the same id", async () => {
    const { recentCalls, create, made } = setUp();

    await recentCalls.once(attempt(undefined), {}, create);
    await recentCalls.once(attempt(undefined), {}, create);
    await recentCalls.once(attempt("id"), { to: "a" }, create);
    await recentCalls.once(attempt("id"), { to: "b" }, create);

    assert.equal(made.length, 4);
  });

  it("forgets what made no call: a refusal and a failure", async () => {
    const { recentCalls, create, made } = setUp();

    await recentCalls.once(attempt("id"), {}, () => Promise.resolve({ type: "no-application" }));
    await assert.rejects(
      recentCalls.once(attempt("id"), {}, () => Promise.reject(new Error("broken"))),
      /broken/,
    );
    await recentCalls.once(attempt("id"), {}, create);

    assert.equal(made.length, 1);
  });

  it("stays bounded: the oldest is forgotten first", async () => {
    const { recentCalls, create, made } = setUp();
    for (let index = 0; index <= mostRemembered; index += 1) await recentCalls.once(attempt(`${index}`), {}, create);
    const count = made.length;

    await recentCalls.once(attempt(`${mostRemembered}`), {}, create);
    assert.equal(made.length, count);
    await recentCalls.once(attempt("0"), {}, create);
    assert.equal(made.length, count + 1);
  });

  it("looks for the call of an attempt that is not the first where all nodes remember, and makes none if there is one", async () => {
    const { recentCalls, clock, create, made, elsewhere } = setUp();
    elsewhere.calls.push("other");
    const again = { invocationId: "id", isFirst: false };

    assert.deepEqual(await recentCalls.once(again, {}, create), { type: "created", transactionId: "other" });
    assert.deepEqual([made.length, elsewhere.asked], [0, [clock.now() - keepMs]]);
    await recentCalls.once({ ...again, invocationId: "new" }, {}, create);
    await recentCalls.once(attempt("first"), {}, create);
    assert.deepEqual([made.length, elsewhere.asked.length], [2, 2]);
  });

  it("gives the call that another node made meanwhile, and makes one where that is too old to be meant", async () => {
    const { recentCalls, create, elsewhere } = setUp();
    const keys: (string | undefined)[] = [];
    const createAt = (keptFor: number) => (key?: string) =>
      keys.push(key) <= keptFor ? Promise.resolve({ type: "repeated" } as const) : create();
    elsewhere.calls.push("other");

    assert.deepEqual(await recentCalls.once(attempt("a"), {}, createAt(1)), {
      type: "created",
      transactionId: "other",
    });
    const made = await recentCalls.once(attempt("b"), {}, createAt(2));
    assert.ok(made.type === "created" && made.transactionId !== "other");
    assert.deepEqual([keys.length, keys[1] === keys[2], keys[0] === keys[1]], [3, true, false]);
  });
});
