import { extname, isAbsolute } from "node:path";
import { AppError, errorMessage, nearestWord } from "../kernel/index.ts";
import { functionName } from "./function-name.ts";
import { findRuntime, handlerFileEndings } from "./local/function-runtime.ts";
import { createLocalTarget } from "./local/local-target.ts";
import { createProcessGuard } from "./local/process-guard.ts";
import type { Target } from "./target.ts";
import type { InvocationResult, Invoker, InvokerOptions } from "./types.ts";

/** Opens the door to the functions of `options`. No process is started before the first invocation or `warmUp`.
 * @throws AppError INVOKE_DUPLICATE_FUNCTION, INVOKE_BAD_FUNCTION, INVOKE_NO_PYTHON */
export async function createInvoker(options: InvokerOptions): Promise<Invoker> {
  checkFunctions(options);
  // Before anything is opened that a missing runtime would leave behind.
  const runtimes = await Promise.all(
    options.functions.map(async (local) => ({ local, runtime: await findRuntime(local) })),
  );
  const guard = createProcessGuard(options.log);
  const targets = await Promise.all(
    runtimes.map(({ local, runtime }) => createLocalTarget(local, runtime, options, guard)),
  );
  const invoker = createInvokerOf(targets, options);
  return {
    ...invoker,
    async close() {
      await invoker.close();
      await guard.close();
    },
  };
}

/** The door over ready targets, whatever kind they are. */
export function createInvokerOf(
  targets: readonly Target[],
  place: Pick<InvokerOptions, "region" | "accountId">,
): Invoker {
  const byName = new Map(targets.map((target) => [target.name, target]));
  let finished = 0;
  const find = (arnOrName: string): Target | undefined => byName.get(functionName(arnOrName) ?? "");

  return {
    whyUnknown: (arnOrName) => (find(arnOrName) === undefined ? whyNotFound(arnOrName, [...byName.keys()]) : undefined),
    async invoke(arnOrName, event, deadlineMs, transactionId) {
      const target = find(arnOrName);
      if (target === undefined) return failed("not-found", whyNotFound(arnOrName, [...byName.keys()]));
      const arn = arnOrName.startsWith("arn:")
        ? arnOrName
        : `arn:aws:lambda:${place.region}:${place.accountId}:function:${arnOrName.replace(/^.*function:/, "")}`;
      let payload: string;
      try {
        payload = JSON.stringify(event) ?? "null";
      } catch (error) {
        return failed("unreachable", `The event cannot be written as JSON: ${errorMessage(error)}`);
      }
      const result = await target.invoke(arn, payload, deadlineMs, transactionId);
      finished++;
      return result;
    },
    async warmUp() {
      const outcomes = await Promise.all(
        targets.map(async (target) => ({ functionName: target.name, failure: await target.warmUp() })),
      );
      return outcomes.flatMap(({ functionName, failure }) =>
        failure === undefined ? [] : [{ functionName, ...failure }],
      );
    },
    ledger() {
      const all = targets.map((target) => target.ledger());
      return {
        invocations: all.reduce((sum, one) => sum + one.invocations, 0),
        processes: all.reduce((sum, one) => sum + one.processes, 0),
      };
    },
    load() {
      const queues = targets.map((target) => target.queue());
      return {
        waiting: queues.reduce((sum, { waiting }) => sum + waiting, 0),
        longestWaitMs: queues.reduce((longest, { longestWaitMs }) => Math.max(longest, longestWaitMs), 0),
        finished,
      };
    },
    async close() {
      await Promise.all(targets.map((target) => target.close()));
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
