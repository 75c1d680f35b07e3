import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { whyNoHandlerFile } from "../../app/index.ts";
import { AppError, errorMessage, nearestWord } from "../../kernel/index.ts";
import {
  giveUpAfter,
  openFunction,
  type Handler,
  type OpenFunction,
  type OpenFunctionOptions,
} from "../scene/index.ts";

/** A function of a file, ready for scenes. */
export interface LoadedFunction {
  readonly app: Handler | OpenFunction;
  /** Ends its processes, if it has any. */
  close(): Promise<void>;
}

/** What of a function is wanted. */
export interface FunctionChoice {
  /** Default "handler". */
  readonly handler?: string | undefined;
  /** With variables of its own it runs in a process of its own. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** Real milliseconds that a file has to load. */
const loadsWithinMs = 20_000;
const scripts = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"];

/** Loads a function: JavaScript and TypeScript into this process, so that a thousand calls a second can be played; other languages, and
 * those with an environment of their own, in processes as the server runs them.
 * @throws AppError TESTING_NO_FUNCTION, INVOKE_BAD_FUNCTION, INVOKE_NO_PYTHON */
export async function loadFunction(file: string, choice: FunctionChoice = {}): Promise<LoadedFunction> {
  const { handler: name = "handler", environment } = choice;
  const path = resolve(file);
  const problem = whyNoHandlerFile(path);
  if (problem !== undefined)
    throw new AppError("TESTING_NO_FUNCTION", `${problem[0]?.toUpperCase()}${problem.slice(1)}.`);
  if (!scripts.includes(extname(path)) || environment !== undefined) {
    const app = await openLoaded(path, { handler: name, environment: environment ?? {} });
    return { app, close: () => app.close() };
  }
  return { app: await importHandler(path, name), close: () => Promise.resolve() };
}

async function openLoaded(path: string, options: OpenFunctionOptions): Promise<OpenFunction> {
  const app = await openFunction(path, options);
  try {
    await app.load();
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function importHandler(path: string, name: string): Promise<Handler> {
  const loaded = await giveUpAfter(
    loadsWithinMs,
    () => importScript(pathToFileURL(path).href),
    (where) => Promise.reject(notLoaded(path, whyLate(where))),
  ).catch(async (error: unknown) => {
    if (error instanceof AppError) throw error;
    // The loader of the server finds the place of what is wrong.
    const app = await openLoaded(path, { handler: name });
    await app.close();
    throw notLoaded(path, errorMessage(error));
  });
  const inner = loaded["default"] as Readonly<Record<string, unknown>> | undefined;
  const found = loaded[name] ?? inner?.[name];
  if (typeof found === "function") return found as Handler;
  const exported = Object.keys(loaded).filter((one) => typeof loaded[one] === "function");
  const nearest = nearestWord(name, exported) ?? exported[0];
  const hint = nearest === undefined ? "it exports no function" : `did you mean ${nearest}?`;
  throw new AppError("TESTING_NO_FUNCTION", `${path} exports no function named ${name}: ${hint}`);
}

function notLoaded(path: string, why: string): AppError {
  return new AppError("TESTING_NO_FUNCTION", `${path} cannot be loaded: ${why}`);
}

function whyLate(where: string | undefined): string {
  return `it is not done after ${loadsWithinMs / 1_000} s${where === undefined ? "" : `; it was ended in a loop at ${where}`}`;
}

async function importScript(url: string): Promise<Readonly<Record<string, unknown>>> {
  if (!url.endsWith("ts")) return (await import(url)) as Readonly<Record<string, unknown>>;
  const { tsImport } = await import("tsx/esm/api");
  return (await tsImport(url, import.meta.url)) as Readonly<Record<string, unknown>>;
}
