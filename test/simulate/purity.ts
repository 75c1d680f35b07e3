import { isDeepStrictEqual } from "node:util";
import type { CallMachine, CallState, MachineConfig } from "../../src/call/index.ts";
import { Violation, type Step } from "./watch.ts";

/** What the machine must be, looked at in a sample of the calls. Its rule: ARCHITECTURE, Functional core, imperative shell. */
export const purity = "the machine is pure, its states are plain data";

/** A machine whose state is stored as JSON after each step and read again, as when another process goes on with the call. Throws a violation
 * when a state holds what JSON cannot say. */
export function storeStates(machine: CallMachine): CallMachine {
  return (config, before, input) => {
    const [after, effects] = machine(config, before, input);
    const stored = JSON.parse(JSON.stringify(after)) as CallState;
    if (!isDeepStrictEqual(stored, withoutUndefined(after)))
      throw new Violation(purity, `the state after ${input.type} cannot be stored`);
    return [stored, effects];
  };
}

/** A machine that throws a violation when a step changes what it was given. */
export function watchPurity(machine: CallMachine): CallMachine {
  return (config, before, input) => {
    const given = structuredClone({ before, input });
    const outcome = machine(config, before, input);
    if (!isDeepStrictEqual({ before, input }, given))
      throw new Violation(purity, `${input.type} changed what was given`);
    return outcome;
  };
}

/** Throws a violation when an event holds what JSON cannot say. */
export function checkPlain({ effects }: Step): void {
  for (const effect of effects) {
    if (effect.do !== "invoke") continue;
    const copy: unknown = JSON.parse(JSON.stringify(effect.event));
    if (!isDeepStrictEqual(copy, withoutUndefined(effect.event))) {
      throw new Violation(purity, "an event holds what JSON cannot say");
    }
  }
}

/** Throws a violation when the same inputs do not give the same effects and states again. */
export function checkReplay(machine: CallMachine, config: MachineConfig, steps: readonly Step[]): void {
  let state = steps[0]?.before;
  for (const { input, effects, after } of steps) {
    if (state === undefined) return;
    const [next, again] = machine(config, state, structuredClone(input));
    state = next;
    if (!isDeepStrictEqual(again, effects)) throw new Violation(purity, `a replay of ${input.type} has other effects`);
    if (!isDeepStrictEqual(next, after)) throw new Violation(purity, `a replay of ${input.type} has another state`);
  }
}

/** Random functions write some parameters as undefined, which JSON leaves out. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.map(([key, member]) => [key, withoutUndefined(member)]));
}
