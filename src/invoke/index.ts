/** The invoke room: an event goes in, the function's answer or the cause of its failure comes out.
 * Functions run in local processes, at AWS Lambda and behind URLs. */
export { createInvoker, whyNoFallback } from "./create-invoker.ts";
export { handlerFileEndings } from "./local/function-runtime.ts";
export { isPath, isProgram } from "./local/find-program.ts";
export { invokeErrors } from "./errors.ts";
export type { TraceContext } from "./trace-context.ts";
export type {
  CommandFunction,
  FileFunction,
  FunctionCounts,
  FunctionOutput,
  FunctionTarget,
  GuardSettings,
  HttpFunction,
  InvocationContext,
  FailedInvocation,
  InvocationFailure,
  InvocationResult,
  Invoker,
  InvokerLedger,
  InvokerLoad,
  InvokerOptions,
  JsonAction,
  LambdaFunction,
  LocalFunction,
  UnloadedFunction,
} from "./types.ts";
