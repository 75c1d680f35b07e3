import type { CallEffect } from "../../call/index.ts";
import type { InvocationResult } from "../../invoke/index.ts";
import { giveUpAfter } from "./loop-guard.ts";
import type { Handler } from "./types.ts";

type Invocation = Extract<CallEffect, { do: "invoke" }>;

/** Real milliseconds that a function of this process has for an answer, unless a scene says otherwise. */
export const usualHangMs = 2_000;

/** Calls a handler of this process as Lambda's runtime does. The answer is JSON text, as on the wire.
 * @param hangsAfterRealMs real milliseconds; without an answer until then it is "timeout" */
export async function callHandler(
  handler: Handler,
  invocation: Invocation,
  hangsAfterRealMs: number,
): Promise<InvocationResult> {
  return giveUpAfter(
    hangsAfterRealMs,
    () => answerOf(handler, invocation),
    (where) => tooLate(invocation.deadlineMs, where),
  );
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
      memoryLimitInMB: "128",
      logGroupName: "/aws/lambda/function-under-test",
      logStreamName: "function-under-test",
      getRemainingTimeInMillis: () => deadlineMs,
      done,
      succeed: resolve,
      fail,
    };
    // As over the wire: the function gets a copy of its own.
    const returned = handler(JSON.parse(JSON.stringify(event)), context, done);
    if (isThenable(returned)) returned.then(resolve, fail);
    // As on Lambda: a value that is no promise is nothing; nobody else can answer but who has the context or the callback.
    else if (returned !== undefined && handler.length < 2) resolve(undefined);
    if (returned !== undefined && !isThenable(returned)) warnOfValue();
  });
}

const warned = { isDone: false };

function warnOfValue(): void {
  if (warned.isDone) return;
  warned.isDone = true;
  process.emitWarning(
    "The handler returns a value that is no promise. Lambda takes no notice of it, so the call gets no actions: make the handler async, or call the callback.",
  );
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** What a value is on the wire; undefined is null there. */
function toJson(value: unknown): string {
  return (JSON.stringify(value) as string | undefined) ?? "null";
}

/** A function that took all the time that it has.
 * @param where it was ended, if it was in a loop */
export function tooLate(deadlineMs: number, where?: string): InvocationResult {
  const loops = where === undefined ? "" : ` It was ended in a loop at ${where}.`;
  return failure("timeout", `The function did not answer within ${deadlineMs / 1_000} s.${loops}`);
}

/** An invocation that failed. */
export function failure(
  reason: Extract<InvocationResult, { type: "failed" }>["reason"],
  message: string,
  stack?: string,
): InvocationResult {
  return { type: "failed", reason, message, stack };
}
