// Runs a Node handler for a server that gives it events through a pipe (`src/invoke/local/runtime-pipe.ts`): calls the
// handler with each, sends its answer, waits for the next. Arguments: the handler's file and the name of the export.
import { readFileSync } from "node:fs";
import { Socket } from "node:net";
import { basename, extname } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const [, , file, handlerPath] = process.argv;
/** Folders in front of it (`src/app.handler`) are known from the file. */
const handlerName = basename(handlerPath);
const defaultHandler = "handler";
/** What templates of AWS call their handlers; taken when the file has no `handler` and none was named. */
const lambdaHandlers = ["lambdaHandler", "lambda_handler"];
/** The pipe; when the server is gone, so is this process. Error and end of it come as "close". */
const connection = new Socket({ fd: 3, readable: true, writable: true });
// While the code loads, nothing but that code keeps the process.
connection.unref();
connection.on("error", () => undefined);
connection.once("close", endAll);
connection.on("data", takeBytes);
/** Who waits for the next event, and those that nobody has begun. */
let takeEvent;
const waiting = [];
/** Of what came: the bytes of the event that is not whole yet. */
let pieces = [];
let size = 0;
/** Of the lengths of head and body, which stand before both. */
const lengthsSize = 8;
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
connection.ref();
void say("ready");
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
    await say("last-error", undefined, errorDocument(error, type));
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
  const { head, body } = waiting.shift() ?? (await new Promise((resolve) => void (takeEvent = resolve)));
  takeEvent = undefined;
  connection.unref();
  process.env._X_AMZN_TRACE_ID = head.traceId;
  const beganMs = performance.now();
  const outcome = await run(head, body);
  const tookMs = performance.now() - beganMs;
  // What only waits for the next event keeps the process, and an event that is being handled does not.
  connection.ref();
  if (outcome.error === undefined) void say("response", head.requestId, outcome.text, tookMs);
  else void say("error", head.requestId, errorDocument(outcome.error, outcome.type));
}

/** Calls the handler; the first answer counts, whichever way it comes: returned, thrown, by callback or by context. */
function run(head, body) {
  const { requestId } = head;
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
      const returned = handler(JSON.parse(body), makeContext(head, { done, answer, fail }), done);
      if (typeof returned?.then === "function") returned.then(answer, fail);
    } catch (error) {
      fail(error);
    }
  });
}

function makeContext({ requestId, deadlineMs, functionArn, clientContext }, { done, answer, fail }) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: functionArn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: requestId,
    clientContext: clientContext === undefined ? undefined : JSON.parse(clientContext),
    identity: undefined,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    done,
    succeed: answer,
    fail,
  };
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
    await say("last-error", requestId, errorDocument(error, type));
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

/** Tells the server something; resolves once it is on its way, whatever becomes of this process, or cannot be told.
 * @param tookMs how long the handler took for its answer, by the clock of this process */
function say(kind, requestId, body = "", tookMs) {
  const head = JSON.stringify({ kind, requestId, tookMs });
  const [headSize, bodySize] = [Buffer.byteLength(head), Buffer.byteLength(body)];
  const frame = Buffer.allocUnsafe(lengthsSize + headSize + bodySize);
  frame.writeUInt32BE(headSize, 0);
  frame.writeUInt32BE(bodySize, 4);
  frame.write(head, lengthsSize);
  frame.write(body, lengthsSize + headSize);
  return new Promise((resolve) => void connection.write(frame, resolve));
}

/** Events may come behind others, which are begun one at a time. */
function takeBytes(piece) {
  pieces.push(piece);
  size += piece.length;
  if (size < lengthsSize) return;
  let bytes = pieces.length === 1 ? piece : Buffer.concat(pieces);
  for (let end = endOfFrame(bytes); end <= bytes.length; end = endOfFrame(bytes)) {
    const bodyAt = lengthsSize + bytes.readUInt32BE(0);
    takeFrame(JSON.parse(bytes.toString("utf8", lengthsSize, bodyAt)), bytes.toString("utf8", bodyAt, end));
    bytes = bytes.subarray(end);
  }
  pieces = bytes.length === 0 ? [] : [bytes];
  size = bytes.length;
}

/** Infinity: it is not known yet. */
function endOfFrame(bytes) {
  if (bytes.length < lengthsSize) return Infinity;
  return lengthsSize + bytes.readUInt32BE(0) + bytes.readUInt32BE(4);
}

function takeFrame(head, body) {
  if (head.kind === "give-back") {
    const ids = waiting.splice(0).map((event) => event.head.requestId);
    void say("given-back", undefined, JSON.stringify(ids));
  } else if (takeEvent === undefined) waiting.push({ head, body });
  else {
    takeEvent({ head, body });
    takeEvent = undefined;
  }
}

/** Ends this process and what it started: it leads its process group. */
function endAll() {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.exit(1);
  }
}
