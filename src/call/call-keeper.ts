import type { MachineStep } from "./step-recorder.ts";
import type { CallState } from "./state.ts";

/** Keeps one call beyond its process: what is owed is told also when this one does not live to tell it. Never throws and never blocks. */
export interface CallKeeper {
  /** `before` and `after`: the states of the step. */
  add(before: CallState, after: CallState, step: MachineStep): void;
  /** Calls back once it is kept that there is the call: at once, where that is so or cannot be. */
  whenBegun(then: () => void): void;
  /** The same once all is kept that was added up to now.
   * @param isHurried somebody is in the call, who may have to wait for it; else it is kept with other calls, some milliseconds later */
  whenKept(then: () => void, isHurried: boolean): void;
  /** Whether no other process can have taken over the call; if it may have, `whenKept` finds out, and calls back only where it has not. */
  isOurs(): boolean;
  /** The call is over, and all is told. */
  close(cause: string): void;
}

/** A call that is kept nowhere. */
export const notKept: CallKeeper = {
  add: () => undefined,
  whenBegun: (then) => then(),
  whenKept: (then) => then(),
  isOurs: () => true,
  close: () => undefined,
};
