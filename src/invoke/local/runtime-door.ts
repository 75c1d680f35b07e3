import type { TraceContext } from "../trace-context.ts";

/** One event on its way to a process. */
export interface RuntimeInvocation {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  /** Wall time at which the caller stops waiting, epoch milliseconds. */
  readonly deadlineAt: number;
  readonly functionArn: string;
  /** The call that the event is of. */
  readonly transactionId: string | undefined;
  readonly trace: TraceContext | undefined;
}

/** An error as a runtime reports it: `{ errorType, errorMessage, trace | stackTrace }`. */
export interface RuntimeError {
  readonly type: string;
  readonly message: string;
  readonly trace: string | undefined;
}

/** What a process says. Answers are passed on only for the open invocation. */
export interface RuntimeDelegate {
  /** The process waits for work, or begins the next event that it has; `deliver` is now allowed. */
  onNext(): void;
  /** @param tookMs how long the handler took, by the clock of its process; undefined: it does not tell */
  onResponse(payload: string, tookMs?: number): void;
  /** The answer was over `maxResponseBytes`; it was not kept. */
  onResponseTooLarge(): void;
  onError(error: RuntimeError): void;
  /** It will not begin these, which it had. */
  onGaveBack(requestIds: readonly string[]): void;
  onInitError(error: RuntimeError): void;
}

/** How one process gets its events: Lambda's Runtime API, or the pipe of our own bootstrap. */
export interface RuntimeDoor {
  /** Hands an event to the process; false when it does not take it. By the Runtime API it takes one where it waits, by the pipe also behind others. */
  deliver(invocation: RuntimeInvocation): boolean;
  /** Asks for those that it has not begun. */
  askBack(): void;
  /** Cuts every connection. The bootstrap ends its process when that happens. */
  close(): void;
}

/** Most bytes of a function's answer: 6 MB and some room for the envelope, as on Lambda. */
export const maxResponseBytes = 6_291_556;
/** Most bytes of the document of an error. */
export const maxErrorBytes = 262_144;
