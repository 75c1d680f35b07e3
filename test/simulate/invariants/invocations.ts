import type { Invariant } from "../watch.ts";

/** The function is asked in order, one thing at a time. */
export const invocations: Invariant = {
  name: "one invocation at a time, Sequence without gaps",
  rule: "Contract: events-one-at-a-time, events-sequence, events-failover, events-fallback, events-repeated, events-invocation-limit: never two in flight, from 1 for each application, a retry and a fallback keep the number, each function gets an event twice at most, at most the limit",
  watch({ scene }, fail) {
    const { targets } = scene.call;
    const ids = new Set<string>();
    let inFlight: string | undefined;
    let sequence = 0;
    /** How often each function got the event. */
    let tries = new Map<string | undefined, number>();
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
          tries = new Map();
        }
        if (effect.target.applicationId !== targets[target]?.applicationId) fail("the wrong application is asked");
        const next = effect.event["Sequence"] as number;
        if (next === sequence + 1) [sequence, tries] = [next, new Map()];
        else if (next !== sequence) fail(`Sequence goes from ${sequence} to ${next}`);
        const times = (tries.get(effect.via) ?? 0) + 1;
        tries.set(effect.via, times);
        if (times > 2) fail("an invocation is tried a third time");
        if (sequence > scene.config.limits.invocationsPerCall) fail("more invocations than a call may have");
      },
      end() {
        if (inFlight !== undefined) fail("the call is over while an invocation is in flight");
      },
    };
  },
};
