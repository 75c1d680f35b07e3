import type { Invariant } from "../watch.ts";

/** The function is asked in order, one thing at a time. */
export const invocations: Invariant = {
  name: "one invocation at a time, Sequence without gaps",
  rule: "Contract: events-one-at-a-time, events-sequence, events-failover, events-repeated, events-invocation-limit: never two in flight, from 1 for each application, a retry keeps its number, at most the limit",
  watch({ scene }, fail) {
    const { targets } = scene.call;
    const ids = new Set<string>();
    let inFlight: string | undefined;
    let sequence = 0;
    let retries = 0;
    let target = 0;
    return {
      input({ input }) {
        if (input.type === "function-replied" && input.invocationId === inFlight) inFlight = undefined;
      },
      effect(effect) {
        if (effect.do !== "invoke") return;
        if (inFlight !== undefined) fail("a second invocation begins while one is in flight");
        inFlight = effect.invocationId;
        if (ids.has(inFlight)) fail(`the id ${inFlight} is used again`);
        ids.add(inFlight);
        if (effect.target.applicationId === targets[target + 1]?.applicationId) {
          target += 1;
          sequence = 0;
          retries = 0;
        }
        if (effect.target.applicationId !== targets[target]?.applicationId) fail("the wrong application is asked");
        const next = effect.event["Sequence"] as number;
        if (next === sequence) retries += 1;
        else if (next === sequence + 1) [sequence, retries] = [next, 0];
        else fail(`Sequence goes from ${sequence} to ${next}`);
        if (retries > 1) fail("an invocation is tried a third time");
        if (sequence > scene.config.limits.invocationsPerCall) fail("more invocations than a call may have");
      },
      end() {
        if (inFlight !== undefined) fail("the call is over while an invocation is in flight");
      },
    };
  },
};
