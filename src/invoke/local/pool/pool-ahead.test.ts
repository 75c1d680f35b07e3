import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { growAfterMs } from "./pool-growth.ts";
import { stepPool } from "./pool-machine.ts";
import { emptyPool, ledgerOf, longestWaitMs, type PoolEffect, type PoolInput, type PoolState } from "./pool-state.ts";

const rules = { functionName: "fn", timeoutMs: 3_000, maxProcesses: 3 };
const result = { type: "response", payload: "{}" } as const;
const exit = { reason: "crashed", message: "The process ended (exit code 1)", stack: undefined } as const;

/** A pool that is told one thing after the other; a look for a processor finds one. */
function aPool(changes: Partial<PoolState> = {}) {
  let state: PoolState = { ...emptyPool, handlingMs: 0.5, ...changes };
  const effects: PoolEffect[] = [];
  const take = (input: PoolInput): void => {
    const [after, more] = stepPool(rules, state, input);
    state = after;
    effects.push(...more);
    const looks = more.some((effect) => effect.do === "look-for-processor");
    if (looks) take({ type: "looked", hasIdleProcessor: true, atMs: input.atMs });
  };
  const invoke = (...requestIds: readonly string[]) =>
    requestIds.forEach((requestId) => take({ type: "invoked", requestId, deadlineMs: 9_000, atMs: 0 }));
  take({ type: "warm-up", atMs: 0 });
  take({ type: "ready", memberId: 1, atMs: 0 });
  effects.splice(0);
  return {
    take,
    invoke,
    look: (atMs: number) => take({ type: "timer", timer: "grow", atMs }),
    /** What was done of these since it was last asked. */
    done(...kinds: readonly PoolEffect["do"][]): readonly string[] {
      return effects.splice(0).flatMap((effect) => {
        if (!kinds.includes(effect.do)) return [];
        if (effect.do === "give" || effect.do === "give-ahead") return [`${effect.requestId} to ${effect.memberId}`];
        if (effect.do === "settle") {
          return [`${effect.requestId}: ${effect.result.type === "failed" ? effect.result.reason : "answered"}`];
        }
        if (effect.do === "start-timer") return [`${effect.timer} in ${effect.delayMs}`];
        return [effect.do];
      });
    },
    state: () => state,
    waiting: () => state.queue.map(({ requestId }) => requestId),
  };
}

const twelve = Array.from({ length: 12 }, (_, index) => `${index}`);

describe("events that are sent ahead", () => {
  it("are those of a quick function that wait, as many as it answers within 5 ms, and seven at most", () => {
    const aheadAt = (changes: Partial<PoolState>) => {
      const { invoke, done } = aPool(changes);
      invoke(...twelve);
      return done("give-ahead").length;
    };

    assert.deepEqual(
      [0.1, 0.5, 1, 2, 5, 500].map((handlingMs) => aheadAt({ handlingMs })),
      [7, 7, 4, 2, 0, 0],
    );
    assert.equal(aheadAt({ handlingMs: undefined }), 0, "one that does not tell");
    assert.equal(aheadAt({ prints: true }), 0, "one that prints");
  });

  it("are begun in their order, each with its own time, and leave room for those that wait", () => {
    const { invoke, take, done, state } = aPool({ handlingMs: 2 });
    invoke("a", "b", "c", "d");
    assert.deepEqual(done("give", "give-ahead"), ["a to 1", "b to 1", "c to 1"]);

    take({ type: "answered", memberId: 1, result, tookMs: 2, atMs: 1_000 });
    take({ type: "ready", memberId: 1, atMs: 1_000 });

    assert.deepEqual(done("settle", "give-ahead"), ["a: answered", "d to 1"]);
    assert.equal(state().members[0]?.work?.job.requestId, "b");
    take({ type: "timer", timer: "member 1", atMs: 4_000 });
    assert.deepEqual(done("settle"), ["b: timeout"]);
  });

  it("count as waiting until they are begun", () => {
    const { invoke, state } = aPool();
    invoke("a", "b", "c");

    assert.equal(longestWaitMs(state(), 30), 30);
    assert.deepEqual(ledgerOf(state()), { invocations: 3, processes: 1 });
  });

  it("are asked back from a process that hangs, and given to the next", () => {
    const { invoke, look, take, done, waiting } = aPool();
    invoke("a", "b", "c");
    look(growAfterMs);
    assert.deepEqual(done("ask-back", "start-process"), []);
    look(2 * growAfterMs);
    assert.deepEqual(done("ask-back", "start-process"), ["ask-back", "start-process"]);
    take({ type: "gave-back", memberId: 1, requestIds: ["b", "c"], atMs: 101 });
    invoke("d");
    assert.deepEqual(waiting(), ["b", "c", "d"], "none goes to the one that hangs");
    done();

    take({ type: "ready", memberId: 2, atMs: 200 });

    assert.deepEqual(done("give", "give-ahead"), ["b to 2", "c to 2", "d to 2"]);
  });

  for (const [what, input] of [
    ["takes too long", { type: "timer", timer: "member 1", atMs: 3_000 }],
    ["ends", { type: "gone", memberId: 1, exit, atMs: 3_000 }],
  ] as const) {
    it(`wait for another when their process ${what}`, () => {
      const { invoke, take, done, waiting, state } = aPool();
      invoke("a", "b", "c");
      take(input);

      assert.deepEqual(done("settle"), [`a: ${input.type === "gone" ? "crashed" : "timeout"}`]);
      assert.equal(state().members.filter((member) => member.state === "starting").length, 1);
      assert.deepEqual(waiting(), ["b", "c"]);
    });
  }

  it("are settled at their deadline, and not by an answer after it, nor given again", () => {
    const { invoke, take, done, waiting } = aPool();
    invoke("a", "b", "c");
    take({ type: "timer", timer: "job b", atMs: 9_000 });
    assert.deepEqual(done("settle"), ["b: throttled"]);

    for (const _ of "ab") {
      take({ type: "answered", memberId: 1, result, tookMs: 1, atMs: 9_001 });
      take({ type: "ready", memberId: 1, atMs: 9_001 });
    }
    assert.deepEqual(done("settle"), ["a: answered"]);
    invoke("d");
    take({ type: "timer", timer: "job d", atMs: 9_002 });
    take({ type: "gave-back", memberId: 1, requestIds: ["d"], atMs: 9_003 });
    assert.deepEqual(waiting(), []);
  });

  it("are answered within the grace of closing, and fail after it", () => {
    const { invoke, take, done, state } = aPool();
    invoke("a", "b", "c");
    take({ type: "close", atMs: 1 });
    take({ type: "answered", memberId: 1, result, tookMs: 1, atMs: 2 });
    take({ type: "ready", memberId: 1, atMs: 2 });
    assert.deepEqual(done("settle", "end-process"), ["a: answered"]);

    take({ type: "timer", timer: "close", atMs: 2_001 });
    take({ type: "gone", memberId: 1, exit, atMs: 2_002 });

    assert.deepEqual(done("settle", "end-process", "tell-closed"), [
      ...["b: unreachable", "c: unreachable"],
      ...["end-process", "tell-closed"],
    ]);
    assert.deepEqual(ledgerOf(state()), { invocations: 0, processes: 0 });
  });

  it("are sent no more once the function printed while it had an event, until its code changes", () => {
    const { invoke, take, done, state } = aPool();
    take({ type: "printed", memberId: 1, atMs: 0 });
    assert.equal(state().prints, false, "at its start");
    invoke("a");
    take({ type: "printed", memberId: 1, atMs: 0 });
    invoke("b");

    assert.deepEqual(done("give-ahead"), []);
    take({ type: "source-changed", file: "/f.js", atMs: 0 });
    assert.equal(state().prints, false);
  });
});
