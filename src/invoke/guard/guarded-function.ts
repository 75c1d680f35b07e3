import {
  closedCircuit,
  Histogram,
  reportCircuit,
  stepCircuit,
  type CircuitInput,
  type CircuitRules,
  type Clock,
  type Logger,
} from "../../kernel/index.ts";
import type { FunctionEvent, InvocableFunction } from "../invocable-function.ts";
import type { FailedInvocation, FunctionCounts, GuardSettings, InvocationFailure, InvocationResult } from "../types.ts";

/** A function whose failures say who failed and what stands in for it, and which is left alone for a while after some in a row. */
export interface GuardedFunction extends InvocableFunction {
  counts(): FunctionCounts;
}

/** What does not reach the function, or finds it without room. Errors of its code are none of these: it is there. */
const isAway: ReadonlySet<InvocationFailure> = new Set(["unreachable", "timeout", "throttled", "crashed", "init"]);
/** Of invocations, as they are counted. */
const secondBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];
/** A time-out below this says more about who asked than about the function. */
const shortestWaitMs = 1_000;

/** Guards a function. */
export function guardFunction(
  inner: InvocableFunction,
  { circuit: rules, fallback, fallbackActions }: GuardSettings,
  { clock, log }: { readonly clock: Pick<Clock, "monotonicMs">; readonly log: Logger },
): GuardedFunction {
  const circuit = rules && createCircuit(inner.name, rules, clock, log);
  const seconds = new Histogram(secondBounds);
  let answered = 0;
  const failed: Partial<Record<InvocationFailure, number>> = {};

  const withGuard = (failure: FailedInvocation): FailedInvocation => {
    failed[failure.reason] = (failed[failure.reason] ?? 0) + 1;
    return {
      ...failure,
      target: inner.name,
      ...(fallback === undefined ? {} : { fallback }),
      ...(fallbackActions === undefined ? {} : { fallbackActions }),
    };
  };

  return {
    ...inner,
    async invoke(event) {
      const refusal = circuit?.whyNotAsked();
      if (refusal !== undefined) {
        const message = `Function "${inner.name}": ${refusal}`;
        return withGuard({ type: "failed", reason: "circuit-open", message, stack: undefined });
      }
      const askedAtMs = clock.monotonicMs();
      const result = await inner.invoke(event);
      seconds.add((clock.monotonicMs() - askedAtMs) / 1_000);
      circuit?.tell(result, event);
      if (result.type === "failed") return withGuard(result);
      answered += 1;
      return result;
    },
    counts: () => ({ answered, failed: { ...failed }, circuit: circuit?.report(), seconds: seconds.read() }),
  };
}

function createCircuit(name: string, rules: CircuitRules, clock: Pick<Clock, "monotonicMs">, log: Logger) {
  let state = closedCircuit;
  const take = (
    input: { readonly type: "asked" | "reached" | "undecided" } | { readonly type: "failed"; readonly cause: string },
  ) => {
    const [next, effects] = stepCircuit(rules, state, { atMs: clock.monotonicMs(), ...input } satisfies CircuitInput);
    state = next;
    for (const effect of effects) {
      if (effect.do === "tell-open")
        log.warn({ function: name }, `function ${name} cannot be reached: ${effect.message}`);
      if (effect.do === "tell-closed") log.info({ function: name }, `function ${name} can be reached again`);
    }
    return effects;
  };
  return {
    report: () => reportCircuit(state, clock.monotonicMs()),
    /** Why the function is not asked now; undefined when it is. */
    whyNotAsked: () => take({ type: "asked" }).flatMap((effect) => (effect.do === "refuse" ? [effect.message] : []))[0],
    tell(result: InvocationResult, { deadlineMs }: FunctionEvent) {
      const isShort = result.type === "failed" && result.reason === "timeout" && deadlineMs < shortestWaitMs;
      if (isShort) take({ type: "undecided" });
      else if (result.type === "failed" && isAway.has(result.reason)) take({ type: "failed", cause: result.message });
      else take({ type: "reached" });
    },
  };
}
