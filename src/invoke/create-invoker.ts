import { extname, isAbsolute } from "node:path";
import { AppError, errorMessage, nearestWord, newId } from "../kernel/index.ts";
import { functionName } from "./function-name.ts";
import { guardFunction, type GuardedFunction } from "./guard/guarded-function.ts";
import { openHttpFunction } from "./http/http-function.ts";
import { loadLambdaClient, openLambdaFunction } from "./lambda/lambda-function.ts";
import { findRuntime, handlerFileEndings } from "./local/function-runtime.ts";
import { openLocalFunction } from "./local/local-function.ts";
import { createProcessGuard, type ProcessGuard } from "./local/process-guard.ts";
import type { InvocableFunction } from "./invocable-function.ts";
import type {
  FunctionTarget,
  GuardSettings,
  InvocationResult,
  Invoker,
  InvokerOptions,
  LambdaFunction,
} from "./types.ts";

/** Makes the invoker of the functions in `options`. No process is started before the first invocation or `warmUp`.
 * @throws AppError INVOKE_DUPLICATE_FUNCTION, INVOKE_BAD_FUNCTION, INVOKE_NO_PYTHON, INVOKE_NO_PROGRAM */
export async function createInvoker(options: InvokerOptions): Promise<Invoker> {
  checkFunctions(options);
  // First, so that a missing runtime leaves nothing open.
  const named = options.functions.filter(({ name }) => name !== everyOther);
  const others = options.functions.find((target) => target.name === everyOther);
  const makers = await Promise.all(named.map((target) => findMaker(target, options)));
  const guard = createProcessGuard(options.log);
  const functions = await Promise.all(
    makers.map(async ({ target, open }) => guardFunction(await open(guard), target, options)),
  );
  const invoker = createInvokerOf(
    functions,
    options,
    others?.kind === "lambda" ? othersBy(others, options) : undefined,
  );
  return {
    ...invoker,
    async close() {
      await invoker.close();
      await guard.close();
    },
  };
}

/** The name that stands for every function that has no entry of its own. */
const everyOther = "*";

/** Opens the function of an ARN. */
type OpenOther = (arn: string) => GuardedFunction;

function othersBy(target: LambdaFunction & GuardSettings, options: InvokerOptions): OpenOther {
  return (arn) => {
    const [name = arn, region = target.region] = [functionName(arn), target.region ?? arn.split(":")[3]];
    return guardFunction(openLambdaFunction({ ...target, name, region }, options), target, options);
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
  openOther?: OpenOther,
): Invoker {
  const byName = new Map(functions.map((one) => [one.name, one]));
  /** By ARN, as applications name them. */
  const others = new Map<string, GuardedFunction>();
  let finished = 0;
  const all = () => [...functions, ...others.values()];
  const isOther = (arn: string) => openOther !== undefined && arn.startsWith("arn:") && functionName(arn) !== undefined;
  const find = (arnOrName: string): GuardedFunction | undefined => {
    const known = byName.get(functionName(arnOrName) ?? "") ?? others.get(arnOrName);
    if (known !== undefined || openOther === undefined || !isOther(arnOrName)) return known;
    const opened = openOther(arnOrName);
    others.set(arnOrName, opened);
    return opened;
  };

  return {
    whyUnknown: (arnOrName) =>
      byName.has(functionName(arnOrName) ?? "") || isOther(arnOrName)
        ? undefined
        : whyNotFound(arnOrName, [...byName.keys()]),
    async invoke(arnOrName, event, deadlineMs, { transactionId, trace } = {}) {
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
      const result = await one.invoke({ arn, payload, deadlineMs, transactionId, trace, eventId: eventIdOf(event) });
      finished++;
      return result;
    },
    async warmUp() {
      if (openOther !== undefined) await loadLambdaClient().catch(() => undefined);
      const outcomes = await Promise.all(
        functions.map(async (one) => ({ functionName: one.name, failure: await one.warmUp() })),
      );
      return outcomes.flatMap(({ functionName, failure }) =>
        failure === undefined ? [] : [{ functionName, ...failure }],
      );
    },
    ledger() {
      const ledgers = all().map((one) => one.ledger());
      return {
        invocations: ledgers.reduce((sum, one) => sum + one.invocations, 0),
        processes: ledgers.reduce((sum, one) => sum + one.processes, 0),
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
    counts: () => Object.fromEntries(all().map((one) => [one.name, one.counts()])),
    async close() {
      await Promise.all(all().map((one) => one.close()));
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
    const isNamed = functionName(name) === name || (name === everyOther && target.kind === "lambda");
    const why = isNamed ? whyUnusable(target) : "the name must be letters, digits, - and _";
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
