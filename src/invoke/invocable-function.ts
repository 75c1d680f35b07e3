import type { InvocationResult, InvokerLedger, LoadFailure } from "./types.ts";

/** One function, however it is reached. Another way to reach functions is another maker of these. */
export interface InvocableFunction {
  /** The name in the function's ARN. */
  readonly name: string;
  /** Invokes once; never rejects.
   * @param invokedArn the ARN that the function shall see as its own
   * @param payload the event as JSON text
   * @param transactionId the call that the event is of */
  invoke(
    invokedArn: string,
    payload: string,
    deadlineMs: number,
    transactionId: string | undefined,
  ): Promise<InvocationResult>;
  /** Makes the next invocation fast. Resolves when ready, or with what kept its code from loading. */
  warmUp(): Promise<LoadFailure | undefined>;
  ledger(): InvokerLedger;
  /** Events that wait for a process, and how long the first of them has, milliseconds. */
  queue(): { readonly waiting: number; readonly longestWaitMs: number };
  /** Answers or fails what is open, then ends all that it holds. */
  close(): Promise<void>;
}
