import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Invoker } from "../../invoke/index.ts";
import { createSwappableInvoker } from "./swappable-invoker.ts";

/** An invoker of these functions, which says in each answer that it was asked. */
function invokerOf(name: string, functions: readonly string[], closed: string[]): Invoker {
  return {
    whyUnknown: (arn) => (functions.includes(arn) ? undefined : `${name} has no ${arn}`),
    invoke: (arn) => Promise.resolve({ type: "response", payload: `${name} ${arn}` }),
    warmUp: () => Promise.resolve([]),
    ledger: () => ({ invocations: 1, processes: 2 }),
    load: () => ({ waiting: 1, longestWaitMs: 5, finished: 10 }),
    counts: () => ({ [name]: { answered: 1, failed: {}, seconds: { bounds: [], counts: [], sum: 0 } } }),
    close: () => {
      closed.push(name);
      return Promise.resolve();
    },
  };
}

describe("functions that are replaced while calls go on", () => {
  it("are the new ones at once; those that are no more serve until their calls have ended, and are closed then", async () => {
    const closed: string[] = [];
    const invoker = createSwappableInvoker(invokerOf("old", ["kept", "gone"], closed));
    const ask = async (arn: string) => {
      const result = await invoker.invoke(arn, {}, 1_000);
      return result.type === "response" ? result.payload : result.reason;
    };
    assert.deepEqual([await ask("kept"), await ask("gone")], ["old kept", "old gone"]);
    let callsEnd: () => void = () => undefined;
    invoker.swap(invokerOf("new", ["kept", "added"], closed), new Promise((resolve) => (callsEnd = resolve)));

    assert.deepEqual([await ask("kept"), await ask("added"), await ask("gone")], ["new kept", "new added", "old gone"]);
    assert.deepEqual([invoker.ledger(), closed], [{ invocations: 2, processes: 4 }, []]);
    assert.equal(invoker.load().finished, 20);
    callsEnd();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(closed, ["old"]);
    assert.equal(invoker.whyUnknown("gone"), "new has no gone");
    await invoker.close();
    assert.deepEqual(closed, ["old", "new"]);
  });

  it("are all closed with the server, also those whose calls have not ended", async () => {
    const closed: string[] = [];
    const invoker = createSwappableInvoker(invokerOf("old", [], closed));
    invoker.swap(invokerOf("new", [], closed), new Promise(() => undefined));
    await invoker.close();
    assert.deepEqual(closed.toSorted(), ["new", "old"]);
  });
});
