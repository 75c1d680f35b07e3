import type { LegEncryption } from "../endpoint/index.ts";
import type { MediaStats } from "../media/index.ts";
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

/** How the audio of a leg was. */
export interface LegAudioRecord {
  /** Epoch milliseconds of its end. */
  readonly at: number;
  readonly participantTag: string;
  readonly audio: MediaStats;
  /** As it was last; absent: no audio was agreed. */
  readonly encryption?: LegEncryption;
}

/** Records the steps of one call. Never throws and never blocks, so that a history cannot disturb its call. */
export interface StepRecorder {
  /** `before`: the state that the step was taken from. */
  add(before: CallState, step: MachineStep): void;
  /** The RTP session of a leg is closed. What comes of it is no step: a replay passes over it. */
  addAudio(record: LegAudioRecord): void;
  /** The call is over; nothing more comes. */
  close(): void;
}
