import type { CallEffect } from "./effects.ts";
import type { CallInput } from "./inputs.ts";
import type { CallState } from "./state.ts";
import type { MachineConfig } from "./turn.ts";

/** What the machine was told when it asked for what is not part of a call: whether a number is in the inventory, why there is no way to a Voice
 * Connector (null: there is one). In histories of before searches were effects also whether keys match a pattern. */
export type Answer = boolean | string | null;

/** One step of a call: with the state before it, enough to take it again. */
export interface HistoryStep {
  readonly input: CallInput;
  /** In the order of the questions. */
  readonly answers: readonly Answer[];
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

/** The same machine; what it is told is put into `answers`. */
export function noteAnswers(machine: MachineConfig, answers: Answer[]): MachineConfig {
  const note = <Given extends Answer | undefined>(answer: Given): Given => {
    answers.push(answer ?? null);
    return answer;
  };
  return {
    ...machine,
    ownsNumber: (number) => note(machine.ownsNumber(number)),
    whyNoConnector: (arn) => note(machine.whyNoConnector(arn)),
  };
}

/** A machine that is told what `answers` holds, first to last; when none is left, what `machine` says. */
export function giveAnswers(machine: MachineConfig, answers: Answer[]): MachineConfig {
  const next = <Given>(ask: () => Given, read: (answer: Answer) => Given): Given => {
    const answer = answers.shift();
    return answer === undefined ? ask() : read(answer);
  };
  return {
    ...machine,
    ownsNumber: (number) =>
      next(
        () => machine.ownsNumber(number),
        (answer) => answer === true,
      ),
    whyNoConnector: (arn) =>
      next(
        () => machine.whyNoConnector(arn),
        (answer) => (typeof answer === "string" ? answer : undefined),
      ),
  };
}
