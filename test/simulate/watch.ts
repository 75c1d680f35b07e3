import { isDeepStrictEqual } from "node:util";
import type { CallEffect, CallInput, CallState } from "../../src/call/index.ts";
import type { Book } from "./book.ts";
import type { Answer } from "./world/random-function.ts";
import type { Scene } from "./world/scene.ts";

/** One step of the machine. */
export interface Step {
  readonly input: CallInput;
  readonly before: CallState;
  readonly after: CallState;
  readonly effects: readonly CallEffect[];
  /** What the function meant, when the input is its reply. */
  readonly answer: Answer | undefined;
}

/** What an invariant may look at besides the step. */
export interface View {
  readonly scene: Scene;
  /** The legs, as an independent observer knows them. It is written up before the watchers see an input or effect. */
  readonly book: Book;
}

/** Watches one call. Every part may call `fail`. */
export interface Watcher {
  /** Before the effects of the step. */
  input?(step: Step): void;
  /** Each effect, in order. */
  effect?(effect: CallEffect, step: Step): void;
  /** After each step. */
  step?(step: Step): void;
  /** After the call. */
  end?(state: CallState): void;
}

/** Breaks off: the invariant does not hold. */
export type Fail = (what: string) => never;

/** Something that holds in every call. */
export interface Invariant {
  readonly name: string;
  /** What holds, and where that is written. */
  readonly rule: string;
  watch(view: View, fail: Fail): Watcher;
}

/** An invariant that did not hold. */
export class Violation extends Error {
  readonly invariant: string;

  constructor(invariant: string, what: string) {
    super(what);
    this.name = "Violation";
    this.invariant = invariant;
  }
}

/** Whether two values say the same: of what was in a stored state, a copy comes back. */
export function isSame(one: unknown, other: unknown): boolean {
  return one === other || isDeepStrictEqual(one, other);
}
