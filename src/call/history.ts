import type { CallEffect } from "./effects.ts";
import type { CallInput } from "./inputs.ts";
import type { CallState } from "./state.ts";

/** One step of a call: with the state before it, enough to take it again. */
export interface HistoryStep {
  readonly input: CallInput;
  readonly effects: readonly CallEffect[];
  /** The machine threw an error: the call ended here, without effects. */
  readonly broke: boolean;
}

/** Keeps what happens in one call. Never throws and never waits: a call does not suffer from its history. */
export interface CallHistory {
  /** `before`: the state that the step was taken from. */
  add(before: CallState, step: HistoryStep): void;
  /** The call is over; nothing more comes. */
  close(): void;
}
