import type { Clock, Logger } from "../kernel/index.ts";

/** A function that runs in a local process, through the AWS Lambda Runtime API. */
export interface LocalFunction {
  /** Name, as in `arn:aws:lambda:<region>:<account>:function:<name>`. */
  readonly name: string;
  /** Absolute path of the handler's file (.js, .mjs, .cjs, .ts, .mts, .cts, .py). */
  readonly file: string;
  /** Exported handler; default "handler". In a Python file without `handler`, `lambda_handler` is used. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What `context.getRemainingTimeInMillis()` counts down from; the invocation ends then. Default 20,000. */
  readonly timeoutMs: number;
  /** Most processes at one time; more are started only while all are busy. Default 10. */
  readonly maxProcesses: number;
  /** Restart idle processes (and busy ones when done) when the file, or one it imports beside it, changes. */
  readonly reload: boolean;
}

export interface InvokerOptions {
  readonly functions: readonly LocalFunction[];
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Variables for a process of the function besides those of Lambda; its own win. Asked at each start of a process. */
  readonly environmentFor?: (local: LocalFunction) => Readonly<Record<string, string>>;
  /** Each line that a function writes to its console. */
  readonly onOutput?: (output: FunctionOutput) => void;
  /** A function was loaded again because its file changed. */
  readonly onReload?: (functionName: string, changedFile: string) => void;
}

/** Why the code of a function cannot be loaded. */
export interface LoadFailure {
  /** One sentence for a person. */
  readonly message: string;
  /** Stack or trace of the function's own code, with the place of a syntax error. */
  readonly stack: string | undefined;
}

/** A function whose code cannot be loaded. */
export interface UnloadedFunction extends LoadFailure {
  readonly functionName: string;
}

export interface FunctionOutput {
  readonly functionName: string;
  readonly stream: "stdout" | "stderr";
  readonly line: string;
  /** The call whose event the process handles, or handled last; undefined before its first one. */
  readonly transactionId: string | undefined;
}

/** The outcome of one invocation. */
export type InvocationResult =
  | { readonly type: "response"; readonly payload: string } // the function's JSON text, not yet parsed
  | {
      readonly type: "failed";
      readonly reason: InvocationFailure;
      /** One sentence for a person. */
      readonly message: string;
      /** Stack or trace of the function's own code, when there is one. */
      readonly stack: string | undefined;
    };

/** unhandled: the function threw. timeout: no answer in time (the process was ended). crashed: the process ended.
 * init: the file could not be loaded. not-json: the answer cannot be written as JSON. not-found: no such function.
 * throttled: no process became free in time. unreachable: the function could not be asked. */
export type InvocationFailure =
  | "unhandled"
  | "timeout"
  | "crashed"
  | "init"
  | "not-json"
  | "not-found"
  | "throttled"
  | "unreachable"
  | "access-denied";

export interface InvokerLedger {
  /** Invocations that wait or run. */
  readonly invocations: number;
  readonly processes: number;
}

/** How busy the functions are. */
export interface InvokerLoad {
  /** Events that wait for a process. */
  readonly waiting: number;
  /** How long the one that came first has waited, milliseconds. */
  readonly longestWaitMs: number;
  /** Invocations that came to an end since the start. */
  readonly finished: number;
}

/** Invokes functions by name or ARN. */
export interface Invoker {
  /** Why `functionArn` (or a bare name) cannot be invoked here, a sentence with what is known; undefined when it can. */
  whyUnknown(functionArn: string): string | undefined;
  /** Invokes once; never rejects. `event` is sent as JSON. Ends with "timeout" after `deadlineMs` at the latest.
   * @param transactionId the call that the event is of, which goes with the function's output */
  invoke(functionArn: string, event: unknown, deadlineMs: number, transactionId?: string): Promise<InvocationResult>;
  /** Starts one process of each function so that the first call finds it warm. Resolves when they asked for work, or failed: with those
   * whose code cannot be loaded. */
  warmUp(): Promise<readonly UnloadedFunction[]>;
  ledger(): InvokerLedger;
  load(): InvokerLoad;
  close(): Promise<void>;
}
