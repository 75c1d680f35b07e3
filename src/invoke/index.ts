/** The invoke room: an event goes in, the function's answer or the cause of its failure comes out.
 * Functions run in local processes that speak the AWS Lambda Runtime API. */
export { createInvoker } from "./create-invoker.ts";
export { handlerFileEndings } from "./local/function-runtime.ts";
export { invokeErrors } from "./errors.ts";
export type {
  FunctionOutput,
  InvocationFailure,
  InvocationResult,
  Invoker,
  InvokerLedger,
  InvokerLoad,
  InvokerOptions,
  LocalFunction,
  UnloadedFunction,
} from "./types.ts";
