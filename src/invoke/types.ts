import type { TraceContext } from "./trace-context.ts";
import type { CircuitReport, CircuitRules, Clock, HistogramCounts, Logger } from "../kernel/index.ts";

/** What is known of a function that runs in local processes, through the AWS Lambda Runtime API. */
export interface ProcessSettings {
  /** Name, as in `arn:aws:lambda:<region>:<account>:function:<name>`. */
  readonly name: string;
  /** Its own variables, which win over all others. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables that it has of the server's environment; what Lambda sets goes before them. */
  readonly inherited: Readonly<Record<string, string>>;
  /** What `context.getRemainingTimeInMillis()` counts down from; the invocation ends then. Default 20,000. */
  readonly timeoutMs: number;
  /** Most processes at one time; more are started only while all are busy. Default 10. */
  readonly maxProcesses: number;
  /** Restart idle processes (and busy ones when done) when the file, or one it imports beside it, changes. */
  readonly reload: boolean;
}

/** A file in a language that Offhook has a bootstrap for. */
export interface FileFunction extends ProcessSettings {
  readonly kind: "file";
  /** Absolute path of the handler's file (.js, .mjs, .cjs, .ts, .mts, .cts, .py). */
  readonly file: string;
  /** Exported handler; default "handler". In a Python file without `handler`, `lambda_handler` is used. */
  readonly handler: string;
}

/** A program that speaks the Runtime API itself: a `bootstrap`, or a runtime interface client. */
export interface CommandFunction extends ProcessSettings {
  readonly kind: "command";
  /** The program and its arguments. One with a slash is relative to `folder`, others are looked for in PATH. */
  readonly command: readonly string[];
  /** Absolute; where it runs, and LAMBDA_TASK_ROOT. */
  readonly folder: string;
  /** For _HANDLER, as it is. */
  readonly handler: string;
}

/** A function that runs in local processes. */
export type LocalFunction = FileFunction | CommandFunction;

/** A function that an endpoint with the AWS Lambda Invoke API runs: AWS itself, or a stand-in for it. */
export interface LambdaFunction {
  readonly kind: "lambda";
  readonly name: string;
  /** Name, partial or full ARN, with or without version or alias; undefined: the ARN by which the function was asked for. */
  readonly functionName: string | undefined;
  /** undefined: that of the ARN by which the function was asked for. */
  readonly region: string | undefined;
  /** undefined: that of AWS, or what the variables and the profile of the SDK say. */
  readonly endpoint: string | undefined;
  /** Of the SDK's shared files; undefined: what its chain of credentials finds, and stand-ins for an endpoint without TLS. */
  readonly profile: string | undefined;
  readonly timeoutMs: number;
  /** Whether the last lines of its log are shown. */
  readonly showsLog: boolean;
}

/** A function behind a URL: events are posted, and the body of the answer is the reply. */
export interface HttpFunction {
  readonly kind: "url";
  readonly name: string;
  /** https, or http. */
  readonly url: string;
  /** What requests are signed with, all of them: `whsec_` and base64 each. May stand in no log. */
  readonly secrets: readonly string[];
  /** Certificates in PEM that stand for those that Node knows; undefined: these. */
  readonly authorities: string | undefined;
  /** URL of a proxy; undefined: what HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the server say. */
  readonly proxy: string | undefined;
  readonly maxReplyBytes: number;
  readonly timeoutMs: number;
}

/** What holds for a function of any kind. */
export interface GuardSettings {
  /** undefined: it is asked whatever happened before. */
  readonly circuit?: CircuitRules | undefined;
  /** Name of the function that is asked when this one fails. */
  readonly fallback?: string | undefined;
  /** Actions for a call when it fails, and all that stand in for it. */
  readonly fallbackActions?: readonly JsonAction[] | undefined;
}

/** An action as functions send them. */
export interface JsonAction {
  readonly Type: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
}

/** A function, and how it is reached. */
export type FunctionTarget = (LocalFunction | LambdaFunction | HttpFunction) & GuardSettings;

export interface InvokerOptions {
  readonly functions: readonly FunctionTarget[];
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
  | FailedInvocation;

/** An invocation without an answer. */
export interface FailedInvocation {
  readonly type: "failed";
  readonly reason: InvocationFailure;
  /** One sentence for a person. */
  readonly message: string;
  /** Stack or trace of the function's own code, when there is one. */
  readonly stack: string | undefined;
  /** What the function asks others to wait before they try again, milliseconds. */
  readonly retryAfterMs?: number;
  /** Name of the function that failed; not in histories of before there were others to ask. */
  readonly target?: string;
  /** Name of the function to ask in its place. */
  readonly fallback?: string;
  /** What to do when that fails too, or there is none. */
  readonly fallbackActions?: readonly JsonAction[];
}

/** unhandled: the function threw. timeout: no answer in time (the process was ended). crashed: the process ended.
 * init: the file could not be loaded. not-json: the answer cannot be written as JSON. not-found: no such function.
 * throttled: there was no room for it. unreachable: it could not be asked, or its connection was lost before the answer. access-denied: the
 * credentials do not do. refused: it was told that the request is not taken. circuit-open: it was not asked, after failures in a row. */
export type InvocationFailure =
  | "unhandled"
  | "timeout"
  | "crashed"
  | "init"
  | "not-json"
  | "not-found"
  | "throttled"
  | "unreachable"
  | "access-denied"
  | "refused"
  | "circuit-open";

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

/** What became of the events for one function since the start. */
export interface FunctionCounts {
  readonly answered: number;
  /** By cause; those of before a retry too. */
  readonly failed: Readonly<Partial<Record<InvocationFailure, number>>>;
  /** Whether the function is left alone; undefined: it is asked whatever happened before. */
  readonly circuit?: CircuitReport | undefined;
  /** How long it took to answer or to fail, seconds; those that were not asked are left out. */
  readonly seconds: HistogramCounts;
}

/** What goes with an event beside it. */
export interface InvocationContext {
  /** The call that the event is of, which goes with the function's output. */
  readonly transactionId?: string | undefined;
  /** What the function's own spans belong to; it is told beside the event, never in it. */
  readonly trace?: TraceContext | undefined;
}

/** Invokes functions by name or ARN. */
export interface Invoker {
  /** Why `functionArn` (or a bare name) cannot be invoked here, a sentence with what is known; undefined when it can. */
  whyUnknown(functionArn: string): string | undefined;
  /** Invokes once; never rejects. `event` is sent as JSON. Ends with "timeout" after `deadlineMs` at the latest. */
  invoke(
    functionArn: string,
    event: unknown,
    deadlineMs: number,
    context?: InvocationContext,
  ): Promise<InvocationResult>;
  /** Starts one process of each function so that the first call finds it warm. Resolves when they asked for work, or failed: with those
   * whose code cannot be loaded. */
  warmUp(): Promise<readonly UnloadedFunction[]>;
  ledger(): InvokerLedger;
  load(): InvokerLoad;
  /** By name. */
  counts(): Readonly<Record<string, FunctionCounts>>;
  close(): Promise<void>;
}
