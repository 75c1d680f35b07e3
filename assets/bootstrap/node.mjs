// Runs a Node handler as a client of the AWS Lambda Runtime API (version 2018-06-01): asks for an event, calls the
// handler, sends its answer, asks again. Arguments: the handler's file and the name of the export.
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { basename, extname } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const [, , file, handlerPath] = process.argv;
/** Folders in front of it (`src/app.handler`) are known from the file. */
const handlerName = basename(handlerPath);
const defaultHandler = "handler";
/** What templates of AWS call their handlers; taken when the file has no `handler` and none was named. */
const lambdaHandlers = ["lambdaHandler", "lambda_handler"];
const [host, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? "").split(":");
/** All requests go over one connection; when the server is gone, so is this process. Error and end of it come as "close". */
const connection = connect({ host, port: Number(port), noDelay: true });
// While the code loads, nothing but that code keeps the process.
connection.unref();
connection.on("error", () => undefined);
connection.once("close", endAll);
connection.on("data", takeBytes);
/** Who waits for answers, in the order of their requests. */
const awaited = [];
/** Of what came: the headers of the answer that is being read, and the bytes behind them. */
let answerHead;
let pieces = [];
let size = 0;
/** Of an error, characters and lines; a document that is too long would not be read at all. */
const longestMessage = 16_384;
const longestTraceLine = 1_000;
const mostTraceLines = 200;

/** What the current invocation needs to be answered; undefined between invocations. */
let open;
let isLoading = true;
let loadFailure;

process.argv.splice(1, 3, file);
process.on("uncaughtException", (error) => void die(error, undefined));
process.on("unhandledRejection", (error) => void die(error, "Runtime.UnhandledPromiseRejection"));
// The handler is done without an answer and nothing is left that could bring one: Lambda answers null.
process.on("beforeExit", () => open?.answer(undefined));

if (process.env.AWS_ENDPOINT_URL_CHIME_SDK_VOICE) (await import("./aws-endpoint.mjs")).followEndpointVariables();
const handler = await load();
for (;;) await serveOne();

/** Imports the handler, or reports why not and ends the process. */
async function load() {
  try {
    const found = pickHandler(await importHandlerFile());
    isLoading = false;
    return found;
  } catch (error) {
    return failLoading(error);
  }
}

/** Reports once why the handler cannot be loaded, and ends the process. Node tells of some errors twice: by the import and as unhandled. */
async function failLoading(error) {
  loadFailure ??= (async () => {
    await locateSyntaxError(error);
    markTransformError(error);
    namePlace(error);
    await suggestCure(error);
    const type = error?.code === "ERR_MODULE_NOT_FOUND" ? "Runtime.ImportModuleError" : undefined;
    await post("init/error", errorDocument(error, type), type).catch(() => undefined);
    process.exit(1);
  })();
  return loadFailure;
}

/** An import that fails for its syntax does not say where: puts the place in front of the stack. The fault may be in any file that the
 * handler's imports. */
async function locateSyntaxError(error) {
  if (!(error instanceof SyntaxError) || /^\S+:\d+\n/.test(String(error.stack))) return;
  const { findSyntaxFault } = await import("./find-faults.mjs");
  const place = await findSyntaxFault(file).catch(() => undefined);
  if (place !== undefined) error.stack = `${place}\n\n${error.stack}`;
}

/** The compiler of TypeScript names file, line and column, but does not show them: puts the line, with the place marked, in front of the
 * stack. */
function markTransformError(error) {
  if (error?.name !== "TransformError") return;
  const [, place = ""] = String(error.message).split("\n");
  const [where, text] = place.split(": ERROR: ");
  const [column, line, ...path] = (where ?? "").split(":").reverse();
  if (text === undefined || path.length === 0) return;
  const name = path.reverse().join(":");
  try {
    const source = readFileSync(name, "utf8").split("\n")[Number(line) - 1] ?? "";
    const indent = source.slice(0, Number(column)).replace(/[^\t]/g, " ");
    error.stack = `${name}:${line}\n${source}\n${indent}^\n${text}\n\n${error.stack}`;
  } catch {
    return;
  }
}

/** The place that stands in front of a stack belongs into the sentence too, which is all that the end of a start shows. */
function namePlace(error) {
  const [, path, line] = /^(.+):(\d+)\n/.exec(String(error?.stack)) ?? [];
  if (path !== undefined && !error.message.includes(path)) error.message += ` (${path}, line ${line})`;
}

/** Says what to install or to set. The reason alone is told when that cannot be found out. */
async function suggestCure(error) {
  if (typeof error?.message !== "string") return;
  const { fileAdvice, findMissing, installAdvice, versionAdvice } = await import("./find-faults.mjs");
  const nothing = { files: [], packages: [], variables: [] };
  const { files, packages, variables } = await findMissing(file).catch(() => nothing);
  const isAbsent = /^Cannot find (?:module|package) '/.test(error.message);
  const cures = isAbsent ? [fileAdvice(files), installAdvice(packages)] : [versionAdvice(error.message)];
  if (!isAbsent && variables.length > 0) {
    cures.push(`Variables that it reads and that are not set (environment of the function): ${variables.join(", ")}`);
  }
  const told = cures.filter((cure) => cure !== "");
  if (told.length > 0) error.message = [error.message.split("\n")[0].replace(/\.$/, ""), ...told].join(". ");
}

/** TypeScript goes through tsx: at once for a TypeScript handler, on demand for a JavaScript one that imports it. */
async function importHandlerFile() {
  const url = pathToFileURL(file).href;
  if (/^\.[cm]?tsx?$/.test(extname(file))) {
    await registerTypeScript();
    return import(url);
  }
  try {
    return await import(url);
  } catch (error) {
    if (error?.code !== "ERR_UNKNOWN_FILE_EXTENSION" || !/\.[cm]?tsx?"?/.test(error.message)) throw error;
    // Under names of its own, since Node remembers the imports that failed.
    const { tsImport } = await import("tsx/esm/api");
    return tsImport(url, import.meta.url);
  }
}

async function registerTypeScript() {
  const [{ register: registerImport }, { register: registerRequire }] = await Promise.all([
    import("tsx/esm/api"),
    import("tsx/cjs/api"),
  ]);
  registerRequire();
  registerImport();
}

/** The export named by `handlerName` (dots go into objects), of an ES module or of `module.exports`; the name of the file may stand
 * before it (`app.lambdaHandler`). */
function pickHandler(module) {
  const prefix = `${basename(file, extname(file))}.`;
  const names = [handlerName];
  if (handlerName.startsWith(prefix)) names.push(handlerName.slice(prefix.length));
  if (handlerName === defaultHandler) names.push(...lambdaHandlers);
  for (const name of names) {
    const walk = (from) => name.split(".").reduce((value, part) => value?.[part], from);
    const found = [module, module.default].map(walk).find((value) => typeof value === "function");
    if (found === undefined) continue;
    process.env._HANDLER = prefix + name;
    return found;
  }
  throw handlerNotFound(module);
}

function handlerNotFound(module) {
  const fromDefault = typeof module.default === "function" ? ["default"] : Object.keys(Object(module.default));
  const names = new Set([...Object.keys(module), ...fromDefault]);
  names.delete("module.exports");
  if (typeof module.default !== "function") names.delete("default");
  const list = names.size === 0 ? "nothing" : [...names].join(", ");
  const hint = names.has("default") ? ' To use the default export, name the handler "default".' : "";
  const error = new Error(`${file} does not export a function "${handlerName}"; it exports ${list}.${hint}`);
  error.name = "Runtime.HandlerNotFound";
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

async function serveOne() {
  const { headers, body } = await call("GET", "invocation/next");
  const requestId = headers["lambda-runtime-aws-request-id"];
  process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
  const outcome = await run(requestId, headers, body);
  if (outcome.error === undefined) void post(`invocation/${requestId}/response`, outcome.text);
  else void post(`invocation/${requestId}/error`, errorDocument(outcome.error, outcome.type), outcome.type);
}

/** Calls the handler; the first answer counts, whichever way it comes: returned, thrown, by callback or by context. */
function run(requestId, headers, body) {
  return new Promise((resolve) => {
    const settle = (outcome) => {
      if (open?.requestId === requestId) open = undefined;
      resolve(outcome);
    };
    const fail = (error) =>
      settle({ error: error ?? new Error("The handler failed without an error"), type: undefined });
    const answer = (value) => settle(toOutcome(value));
    const done = (error, value) => (error === undefined || error === null ? answer(value) : fail(error));
    open = { requestId, answer };
    try {
      const returned = handler(JSON.parse(body), makeContext(requestId, headers, { done, answer, fail }), done);
      if (typeof returned?.then === "function") returned.then(answer, fail);
    } catch (error) {
      fail(error);
    }
  });
}

function makeContext(requestId, headers, { done, answer, fail }) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: requestId,
    clientContext: readClientContext(headers["lambda-runtime-client-context"]),
    identity: undefined,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done,
    succeed: answer,
    fail,
  };
}

function readClientContext(text) {
  return text === undefined ? undefined : JSON.parse(text);
}

/** The answer as JSON text; undefined becomes null, as on Lambda. */
function toOutcome(value) {
  try {
    return { text: JSON.stringify(value) ?? "null" };
  } catch (error) {
    const at = bigintPath(value, "", new Set());
    if (at !== undefined) error.message += ` (at ${at === "" ? "the top" : at})`;
    return { error, type: "Runtime.MarshalError" };
  }
}

/** Where the first BigInt is, since the engine's own message does not say. */
function bigintPath(value, path, seen) {
  if (typeof value === "bigint") return path;
  if (typeof value !== "object" || value === null || seen.has(value)) return undefined;
  seen.add(value);
  for (const [key, inner] of Object.entries(value)) {
    const found = bigintPath(
      inner,
      Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`,
      seen,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** An error outside the handler's own promise: charged to the open invocation, if any; the process ends, as on Lambda. */
async function die(error, type) {
  if (isLoading) return failLoading(error);
  console.error(error);
  if (open !== undefined) {
    const { requestId } = open;
    open = undefined;
    await post(`invocation/${requestId}/error`, errorDocument(error, type), type).catch(() => undefined);
  }
  process.exit(type === undefined ? 129 : 128);
}

function errorDocument(error, type) {
  const isError = error instanceof Error || (typeof error?.message === "string" && typeof error?.stack === "string");
  return JSON.stringify({
    errorType: type ?? (isError ? error.name : typeof error),
    errorMessage: messageOf(error, isError).slice(0, longestMessage),
    trace: isError ? stackLines(error) : [],
  });
}

function messageOf(error, isError) {
  if (isError) return String(error.message);
  return typeof error === "string" ? error : format("%o", error);
}

/** The stack with its causes, without the frames of this file and of the TypeScript compiler. */
function stackLines(error) {
  const lines = String(error.stack ?? error)
    .split("\n")
    .filter((line) => !line.includes(import.meta.url) && !/^ +at .*node_modules.(?:esbuild|tsx)\W/.test(line));
  const cause = error.cause;
  if (cause instanceof Error && cause !== error) lines.push(...`caused by ${cause.stack ?? cause}`.split("\n"));
  return lines.slice(0, mostTraceLines).map((line) => line.slice(0, longestTraceLine));
}

function post(path, body, errorType) {
  return call("POST", path, body, errorType === undefined ? {} : { "Lambda-Runtime-Function-Error-Type": errorType });
}

/** One request to the Runtime API. It does not wait for the answers of those before it: what answers an event and what asks for the next one leave
 * together, and so a processor that both sides share changes hands half as often. */
function call(method, path, body = "", extraHeaders = {}) {
  const headers = { Host: `${host}:${port}`, ...extraHeaders };
  if (method === "POST") {
    headers["Content-Type"] = "application/json";
    headers["Content-Length"] = Buffer.byteLength(body);
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  // What only waits for the next event keeps the process, and an event that is being handled does not.
  connection.ref();
  connection.write(`${method} /2018-06-01/runtime/${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
  return new Promise((resolve) => void awaited.push(resolve));
}

function takeBytes(piece) {
  pieces.push(piece);
  size += piece.length;
  while (takeAnswer());
}

/** Reads an answer once all of it is there: the server tells the length of each. */
function takeAnswer() {
  if (answerHead === undefined) {
    const bytes = Buffer.concat(pieces);
    const end = bytes.indexOf("\r\n\r\n");
    keep(end < 0 ? bytes : bytes.subarray(end + 4));
    if (end < 0) return false;
    answerHead = readHead(bytes.toString("latin1", 0, end));
  }
  const length = Number(answerHead["content-length"] ?? 0);
  if (size < length) return false;
  const bytes = Buffer.concat(pieces);
  const answer = { headers: answerHead, body: bytes.toString("utf8", 0, length) };
  answerHead = undefined;
  keep(bytes.subarray(length));
  const resolve = awaited.shift();
  if (awaited.length === 0) connection.unref();
  resolve?.(answer);
  return size > 0;
}

function keep(bytes) {
  pieces = [bytes];
  size = bytes.length;
}

function readHead(text) {
  const [, ...lines] = text.split("\r\n");
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
}

/** Ends this process and what it started: it leads its process group. */
function endAll() {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.exit(1);
  }
}
