import type { TraceContext } from "./trace-context.ts";
import type { InvocationResult, InvokerLedger, LoadFailure } from "./types.ts";

/** One event for one function. */
export interface FunctionEvent {
  /** The ARN that the function shall see as its own. */
  readonly arn: string;
  /** JSON text. */
  readonly payload: string;
  /** Time that the caller waits. */
  readonly deadlineMs: number;
  /** The call that the event is of. */
  readonly transactionId: string | undefined;
  /** Where its own spans belong; undefined: there is no trace. */
  readonly trace: TraceContext | undefined;
  /** The same when the same event is sent again. */
  readonly eventId: string;
}

/** One function, however it is reached. Another way to reach functions is another maker of these. */
export interface InvocableFunction {
  /** The name in the function's ARN. */
  readonly name: string;
  /** Invokes once; never rejects. */
  invoke(event: FunctionEvent): Promise<InvocationResult>;
  /** Makes the next invocation fast. Resolves when ready, or with what kept its code from loading. */
  warmUp(): Promise<LoadFailure | undefined>;
  ledger(): InvokerLedger;
  /** Events that wait for a process, and how long the first of them has, milliseconds. */
  queue(): { readonly waiting: number; readonly longestWaitMs: number };
  /** Answers or fails what is open, then ends all that it holds. */
  close(): Promise<void>;
}
