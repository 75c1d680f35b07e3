import type { CallEffect } from "./effects.ts";
import type { CallInput } from "./inputs.ts";
import type { CallState } from "./state.ts";

/** One step of a call; with the state before it, it can be repeated. */
export interface MachineStep {
  readonly input: CallInput;
  readonly effects: readonly CallEffect[];
  /** The machine threw an error: the call ended here, without effects. */
  readonly broke: boolean;
}

/** Records the steps of one call. Never throws and never blocks, so that a history cannot disturb its call. */
export interface StepRecorder {
  /** `before`: the state that the step was taken from. */
  add(before: CallState, step: MachineStep): void;
  /** The call is over; nothing more comes. */
  close(): void;
}
