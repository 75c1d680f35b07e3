import type { InvocationResult } from "../types.ts";
import type { RuntimeInvocation } from "./runtime-door.ts";

/** What the pool needs of a process; tests pass one that is not real. */
export interface FunctionProcess {
  /** Hands it an event, after `onReady`; behind others that it has, if it tells how long it takes for them. False when it no longer listens. */
  run(invocation: RuntimeInvocation): boolean;
  /** Asks for what it has not begun; `onGaveBack` follows, unless the function holds it up. */
  askBack(): void;
  /** Ends it, politely and then by force; `onExit` follows. */
  end(): void;
}

/** Events of a process for the pool. */
export interface FunctionProcessDelegate {
  /** It waits for an event, or begins the next that it has: after its start, and again after each answer. */
  onReady(): void;
  /** It will not begin these. */
  onGaveBack(requestIds: readonly string[]): void;
  /** It printed something. */
  onPrinted(): void;
  /** The answer to the event it was given.
   * @param tookMs how long it was handled, by the clock of the process; undefined: that is not told */
  onAnswer(result: InvocationResult, tookMs?: number): void;
  /** It has ended; called exactly once, and last. */
  onExit(exit: ProcessExit): void;
}

/** How a process ended. init: before it was ready for its first event. */
export interface ProcessExit {
  readonly reason: "init" | "crashed";
  readonly message: string;
  /** The stack reported for it, else the last lines of standard error. */
  readonly stack: string | undefined;
}
