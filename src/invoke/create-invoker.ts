import { extname, isAbsolute } from "node:path";
import { AppError, errorMessage, nearestWord, newId } from "../kernel/index.ts";
import { functionName } from "./function-name.ts";
import { guardFunction, type GuardedFunction } from "./guard/guarded-function.ts";
import { openHttpFunction } from "./http/http-function.ts";
import { openLambdaFunction } from "./lambda/lambda-function.ts";
import { findRuntime, handlerFileEndings } from "./local/function-runtime.ts";
import { openLocalFunction } from "./local/local-function.ts";
import { createProcessGuard, type ProcessGuard } from "./local/process-guard.ts";
import type { InvocableFunction } from "./invocable-function.ts";
import type { FunctionTarget, InvocationResult, Invoker, InvokerOptions } from "./types.ts";

/** Makes the invoker of the functions in `options`. No process is started before the first invocation or `warmUp`.
 * @throws AppError INVOKE_DUPLICATE_FUNCTION, INVOKE_BAD_FUNCTION, INVOKE_NO_PYTHON, INVOKE_NO_PROGRAM */
export async function createInvoker(options: InvokerOptions): Promise<Invoker> {
  checkFunctions(options);
  // First, so that a missing runtime leaves nothing open.
  const makers = await Promise.all(options.functions.map((target) => findMaker(target, options)));
  const guard = createProcessGuard(options.log);
  const functions = await Promise.all(
    makers.map(async ({ target, open }) => guardFunction(await open(guard), target, options)),
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

interface Maker {
  readonly target: FunctionTarget;
  readonly open: (guard: ProcessGuard) => InvocableFunction | Promise<InvocableFunction>;
}

/** What opens a function, once all that it needs was found. */
async function findMaker(target: FunctionTarget, options: InvokerOptions): Promise<Maker> {
  switch (target.kind) {
    case "lambda":
      return { target, open: () => openLambdaFunction(target, options) };
    case "url":
      return { target, open: () => openHttpFunction(target, options) };
    case "file":
    case "command": {
      const runtime = await findRuntime(target);
      return { target, open: (guard) => openLocalFunction(target, runtime, options, guard) };
    }
    default:
      return target satisfies never;
  }
}

/** The invoker of functions that are ready, of whatever kind. */
export function createInvokerOf(
  functions: readonly GuardedFunction[],
  account: Pick<InvokerOptions, "region" | "accountId">,
): Invoker {
  const byName = new Map(functions.map((one) => [one.name, one]));
  let finished = 0;
  const find = (arnOrName: string): GuardedFunction | undefined => byName.get(functionName(arnOrName) ?? "");

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
      const result = await one.invoke({ arn, payload, deadlineMs, transactionId, eventId: eventIdOf(event) });
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
    counts: () => Object.fromEntries(functions.map((one) => [one.name, one.counts()])),
    async close() {
      await Promise.all(functions.map((one) => one.close()));
    },
  };
}

/** The same for each try of an event: of a call its transaction and number, of a meeting its own id. */
function eventIdOf(event: unknown): string {
  const { CallDetails, Sequence, id } = (event ?? {}) as Readonly<Record<string, unknown>>;
  const { TransactionId } = (CallDetails ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof TransactionId === "string" && typeof Sequence === "number") return `${TransactionId}.${Sequence}`;
  return typeof id === "string" ? id : newId();
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

function checkFunctions({ functions }: InvokerOptions): void {
  const seen = new Set<string>();
  for (const target of functions) {
    const { name } = target;
    const why = functionName(name) === name ? whyUnusable(target) : "the name must be letters, digits, - and _";
    if (why !== undefined) throw new AppError("INVOKE_BAD_FUNCTION", `Function "${name}" cannot be used: ${why}`);
    if (seen.has(name)) throw new AppError("INVOKE_DUPLICATE_FUNCTION", `Two functions are named "${name}"`);
    seen.add(name);
  }
  for (const { name } of functions) {
    const why = whyNoFallback(name, functions);
    if (why !== undefined) throw new AppError("INVOKE_BAD_FUNCTION", `Function "${name}" cannot be used: ${why}`);
  }
}

/** Why what stands in for a function cannot; undefined when all can, or there is nothing. */
export function whyNoFallback(
  name: string,
  functions: readonly Pick<FunctionTarget, "name" | "fallback">[],
): string | undefined {
  const asked = [name];
  for (;;) {
    const next = functions.find((one) => one.name === asked.at(-1))?.fallback;
    if (next === undefined) return undefined;
    if (!functions.some((one) => one.name === next)) return `there is no function "${next}"`;
    if (asked.includes(next)) return `its fallbacks go in a circle: ${[...asked, next].join(", ")}`;
    asked.push(next);
  }
}

function whyUnusable(target: FunctionTarget): string | undefined {
  switch (target.kind) {
    case "file":
      if (isAbsolute(target.file) && handlerFileEndings.includes(extname(target.file))) return undefined;
      return `its file must be an absolute path ending in ${handlerFileEndings.join(", ")}, not "${target.file}"`;
    case "command":
      return isAbsolute(target.folder) ? undefined : `its folder must be an absolute path, not "${target.folder}"`;
    case "url":
      return URL.canParse(target.url) ? undefined : `"${target.url}" is no URL`;
    case "lambda":
      return undefined;
    default:
      return target satisfies never;
  }
}
