import { extname, isAbsolute } from "node:path";
import { AppError, errorMessage, nearestWord } from "../kernel/index.ts";
import { functionName } from "./function-name.ts";
import { findRuntime, handlerFileEndings } from "./local/function-runtime.ts";
import { openLocalFunction } from "./local/local-function.ts";
import { createProcessGuard } from "./local/process-guard.ts";
import type { InvocableFunction } from "./invocable-function.ts";
import type { InvocationResult, Invoker, InvokerOptions } from "./types.ts";

/** Makes the invoker of the functions in `options`. No process is started before the first invocation or `warmUp`.
 * @throws AppError INVOKE_DUPLICATE_FUNCTION, INVOKE_BAD_FUNCTION, INVOKE_NO_PYTHON */
export async function createInvoker(options: InvokerOptions): Promise<Invoker> {
  checkFunctions(options);
  // First, so that a missing runtime leaves nothing open.
  const runtimes = await Promise.all(
    options.functions.map(async (local) => ({ local, runtime: await findRuntime(local) })),
  );
  const guard = createProcessGuard(options.log);
  const functions = await Promise.all(
    runtimes.map(({ local, runtime }) => openLocalFunction(local, runtime, options, guard)),
  );
  const invoker = createInvokerOf(functions, options);
  return {
    ...invoker,
    async close() {
      await invoker.close();
      await guard.close();
    },
  };
}

/** The invoker of functions that are ready, of whatever kind. */
export function createInvokerOf(
  functions: readonly InvocableFunction[],
  account: Pick<InvokerOptions, "region" | "accountId">,
): Invoker {
  const byName = new Map(functions.map((one) => [one.name, one]));
  let finished = 0;
  const find = (arnOrName: string): InvocableFunction | undefined => byName.get(functionName(arnOrName) ?? "");

  return {
    whyUnknown: (arnOrName) => (find(arnOrName) === undefined ? whyNotFound(arnOrName, [...byName.keys()]) : undefined),
    async invoke(arnOrName, event, deadlineMs, transactionId) {
      const one = find(arnOrName);
      if (one === undefined) return failed("not-found", whyNotFound(arnOrName, [...byName.keys()]));
      const arn = arnOrName.startsWith("arn:")
        ? arnOrName
        : `arn:aws:lambda:${account.region}:${account.accountId}:function:${arnOrName.replace(/^.*function:/, "")}`;
      let payload: string;
      try {
        payload = JSON.stringify(event) ?? "null";
      } catch (error) {
        return failed("unreachable", `The event cannot be written as JSON: ${errorMessage(error)}`);
      }
      const result = await one.invoke(arn, payload, deadlineMs, transactionId);
      finished++;
      return result;
    },
    async warmUp() {
      const outcomes = await Promise.all(
        functions.map(async (one) => ({ functionName: one.name, failure: await one.warmUp() })),
      );
      return outcomes.flatMap(({ functionName, failure }) =>
        failure === undefined ? [] : [{ functionName, ...failure }],
      );
    },
    ledger() {
      const all = functions.map((one) => one.ledger());
      return {
        invocations: all.reduce((sum, one) => sum + one.invocations, 0),
        processes: all.reduce((sum, one) => sum + one.processes, 0),
      };
    },
    load() {
      const queues = functions.map((one) => one.queue());
      return {
        waiting: queues.reduce((sum, { waiting }) => sum + waiting, 0),
        longestWaitMs: queues.reduce((longest, { longestWaitMs }) => Math.max(longest, longestWaitMs), 0),
        finished,
      };
    },
    async close() {
      await Promise.all(functions.map((one) => one.close()));
    },
  };
}

function whyNotFound(asked: string, known: readonly string[]): string {
  const name = functionName(asked) ?? asked;
  const nearest = nearestWord(name, known);
  const list = known.length === 0 ? "no function is configured" : `known are: ${known.join(", ")}`;
  const hint = nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
  return `There is no function "${name}"; ${list}.${hint}`;
}

function failed(reason: "not-found" | "unreachable", message: string): InvocationResult {
  return { type: "failed", reason, message, stack: undefined };
}

function checkFunctions(options: InvokerOptions): void {
  const seen = new Set<string>();
  for (const { name, file } of options.functions) {
    if (functionName(name) !== name) {
      throw new AppError("INVOKE_BAD_FUNCTION", `"${name}" is not a function name (letters, digits, - and _)`);
    }
    if (!isAbsolute(file) || !handlerFileEndings.includes(extname(file))) {
      throw new AppError(
        "INVOKE_BAD_FUNCTION",
        `The file of function "${name}" must be an absolute path ending in ${handlerFileEndings.join(", ")}, not "${file}"`,
      );
    }
    if (seen.has(name)) throw new AppError("INVOKE_DUPLICATE_FUNCTION", `Two functions are named "${name}"`);
    seen.add(name);
  }
}
