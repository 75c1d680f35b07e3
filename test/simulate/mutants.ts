import { actions } from "../../src/actions/index.ts";
import { createCallMachine } from "../../src/call/index.ts";
import { randomChoices } from "./choices.ts";
import { invariants } from "./invariants/index.ts";
import type { Mutation } from "./mutations/index.ts";
import type { RunOptions } from "./run.ts";
import { simulateCall } from "./simulate-call.ts";

/** What became of a mutation. */
export interface MutantOutcome {
  /** Calls until the invariant that it breaks did not hold; undefined: it held in all of them. */
  readonly foundAfter: number | undefined;
  /** What was wrong then; else how often the calls went wrong in another way, which counts for nothing. */
  readonly what: string;
}

/** Simulates calls on the engine with this mutation, watched by nothing but the invariant that it must break: an engine that throws, or
 * breaks another rule, does not show that this one can fail. */
export function runMutant({ breaks, mutate }: Mutation, { seed, first, count }: RunOptions): MutantOutcome {
  const watched = invariants.filter((one) => one.name === breaks);
  const machine = mutate(createCallMachine({ actions }));
  let others = 0;
  for (let call = first; call < first + count; call += 1) {
    const { violation } = simulateCall(randomChoices(seed, call), {
      isDeep: watched.length === 0,
      invariants: watched,
      machine,
    });
    if (violation?.invariant === breaks) return { foundAfter: call - first + 1, what: violation.message };
    if (violation !== undefined) others += 1;
  }
  return { foundAfter: undefined, what: `${others} of ${count} calls went wrong in another way` };
}
