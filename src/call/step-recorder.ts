import type { CallEffect } from "./effects.ts";
import type { CallInput } from "./inputs.ts";
import type { CallState } from "./state.ts";

/** One step of a call: with the state before it, enough to take it again. */
export interface MachineStep {
  readonly input: CallInput;
  readonly effects: readonly CallEffect[];
  /** The machine threw an error: the call ended here, without effects. */
  readonly broke: boolean;
}

/** Keeps what happens in one call. Never throws and never waits: a call does not suffer from its history. */
export interface StepRecorder {
  /** `before`: the state that the step was taken from. */
  add(before: CallState, step: MachineStep): void;
  /** The call is over; nothing more comes. */
  close(): void;
}
