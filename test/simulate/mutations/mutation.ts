import { actions } from "../../../src/actions/index.ts";
import { createCallMachine } from "../../../src/call/index.ts";
import type {
  ActionDefinition,
  CallEffect,
  CallInput,
  CallState,
  CallMachine,
  MachineConfig,
} from "../../../src/call/index.ts";

/** The machine of calls, as the simulation runs it. */
export type Machine = CallMachine;

/** A way to break the engine, as it is seen from outside: its machine with something changed in what goes in or comes out. */
export interface Mutation {
  readonly meaning: string;
  /** The name of the invariant that must not hold any more; no other one is watched. */
  readonly breaks: string;
  readonly mutate: (machine: Machine) => Machine;
}

/** One step of the machine that is broken. */
export interface Taken {
  readonly config: MachineConfig;
  readonly before: CallState;
  readonly input: CallInput;
  readonly after: CallState;
  readonly effects: readonly CallEffect[];
}

/** What a step is made of. */
export type Given = Pick<Taken, "config" | "before" | "input">;

type Mutate = Mutation["mutate"];

/** Something else comes out of a step. */
export function changeOutcome(change: (taken: Taken) => Partial<Pick<Taken, "after" | "effects">>): Mutate {
  return (machine) => (config, before, input) => {
    const [after, effects] = machine(config, before, input);
    const changed = { after, effects, ...change({ config, before, input, after, effects }) };
    return [changed.after, [...changed.effects]];
  };
}

/** Effects that are never performed. */
export function dropEffects(isDropped: (effect: CallEffect, taken: Taken) => boolean): Mutate {
  return changeOutcome((taken) => ({ effects: taken.effects.filter((effect) => !isDropped(effect, taken)) }));
}

/** Effects that say something else. */
export function changeEffects(change: (effect: CallEffect, taken: Taken) => CallEffect): Mutate {
  return changeOutcome((taken) => ({ effects: taken.effects.map((effect) => change(effect, taken)) }));
}

/** Something else goes into a step. */
export function changeGiven(change: (given: Given) => Partial<Given>): Mutate {
  return (machine) => (config, before, input) => {
    const changed = { config, before, input, ...change({ config, before, input }) };
    return machine(changed.config, changed.before, changed.input);
  };
}

/** Other limits than those that are looked at. */
export function changeLimits(change: (limits: MachineConfig["limits"]) => Partial<MachineConfig["limits"]>): Mutate {
  return changeGiven(({ config }) => ({
    config: { ...config, limits: { ...config.limits, ...change(config.limits) } },
  }));
}

/** Actions that work in another way: those of one type, or all. */
export function changeActions(
  change: (action: ActionDefinition) => ActionDefinition,
  type?: string | readonly string[],
): Mutate {
  const types = typeof type === "string" ? [type] : type;
  const changed = [...actions].map(([name, action]) => {
    return [name, types === undefined || types.includes(name) ? change(action) : action] as const;
  });
  return () => createCallMachine({ actions: new Map(changed) });
}
