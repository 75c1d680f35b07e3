import type { CallEffect } from "../../call/index.ts";
import type { InvocationResult } from "../../invoke/index.ts";
import type { Handler } from "./types.ts";

type Invocation = Extract<CallEffect, { do: "invoke" }>;

/** Calls a handler of this process as Lambda's runtime does. The answer is JSON text, as on the wire.
 * @param hangsAfterRealMs real milliseconds; without an answer until then it is "timeout" */
export async function callHandler(
  handler: Handler,
  invocation: Invocation,
  hangsAfterRealMs: number,
): Promise<InvocationResult> {
  let guard: NodeJS.Timeout | undefined;
  const hangs = new Promise<InvocationResult>((resolve) => {
    const message = `The function did not answer within ${invocation.deadlineMs / 1_000} s.`;
    guard = setTimeout(() => resolve(failure("timeout", message)), hangsAfterRealMs);
  });
  try {
    return await Promise.race([hangs, answerOf(handler, invocation)]);
  } finally {
    clearTimeout(guard);
  }
}

async function answerOf(handler: Handler, invocation: Invocation): Promise<InvocationResult> {
  try {
    return { type: "response", payload: toJson(await settled(handler, invocation)) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return failure("unhandled", message, error instanceof Error ? error.stack : undefined);
  }
}

/** What the handler answers first. */
function settled(handler: Handler, { event, invocationId, target, deadlineMs }: Invocation): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) =>
      reject(error instanceof Error ? error : new Error(typeof error === "string" ? error : "The handler failed"));
    const done = (error: unknown, value: unknown) =>
      error === undefined || error === null ? resolve(value) : fail(error);
    const context = {
      awsRequestId: invocationId,
      invokedFunctionArn: target.functionArn,
      functionName: target.functionArn.split(":").at(6) ?? target.functionArn,
      functionVersion: "$LATEST",
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => deadlineMs,
      done,
      succeed: resolve,
      fail,
    };
    // As over the wire: the function gets a copy of its own.
    const returned = handler(JSON.parse(JSON.stringify(event)), context, done);
    if (isThenable(returned)) returned.then(resolve, fail);
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** What a value is on the wire; undefined is null there. */
function toJson(value: unknown): string {
  return (JSON.stringify(value) as string | undefined) ?? "null";
}

/** An invocation that failed. */
export function failure(
  reason: Extract<InvocationResult, { type: "failed" }>["reason"],
  message: string,
  stack?: string,
): InvocationResult {
  return { type: "failed", reason, message, stack };
}
