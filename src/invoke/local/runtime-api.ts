import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { printClientContext } from "../trace-context.ts";
import { readError } from "./read-error.ts";
import {
  maxErrorBytes,
  maxResponseBytes,
  type RuntimeDelegate,
  type RuntimeDoor,
  type RuntimeError,
  type RuntimeInvocation,
} from "./runtime-door.ts";
import { traceIdOf } from "./trace-id.ts";

/** The Runtime API of one process. */
export interface RuntimeApi extends RuntimeDoor {
  /** `host:port` for AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
}

const prefix = "/2018-06-01/runtime/";
const invocationPath = /^invocation\/([^/]+)\/(response|error)$/;

/** Opens the Lambda Runtime API for one process on a loopback port of its own, so that a process can only ever speak for
 * itself; an answer for anything but the open invocation is refused with 400.
 * Source: the AWS Lambda Runtime API, version 2018-06-01. */
export async function openRuntimeApi(delegate: RuntimeDelegate): Promise<RuntimeApi> {
  let waiting: ServerResponse | undefined;
  let openRequestId: string | undefined;
  /** The answer to the open invocation is being read. */
  let isAnswering = false;
  /** An answer whose acceptance nobody waits for: it goes with the next event. */
  let unaccepted: ServerResponse | undefined;

  /** Node's runtime asks for the next event right behind its answer to the last one, which is passed on first. */
  const next = (response: ServerResponse): void => {
    if ((openRequestId !== undefined && !isAnswering) || waiting !== undefined) {
      refuse(response, 403, "InvalidStateTransition", "The open invocation has no answer yet");
      return;
    }
    waiting = response;
    response.once("close", () => {
      if (waiting === response) waiting = undefined;
    });
    if (!isAnswering) delegate.onNext();
  };

  const answer = async (request: IncomingMessage, response: ServerResponse, id: string, kind: string) => {
    if (id !== openRequestId || isAnswering) {
      request.resume();
      refuse(response, 400, "InvalidRequestID", "This is not an invocation that waits for an answer");
      return;
    }
    isAnswering = true;
    try {
      const body = await readBody(request, kind === "error" ? maxErrorBytes : maxResponseBytes);
      if (id !== openRequestId) return;
      openRequestId = undefined;
      if (kind === "error") {
        accept(response);
        delegate.onError(readError(body, request.headers["lambda-runtime-function-error-type"]));
      } else if (body === undefined) {
        refuse(response, 413, "RequestEntityTooLarge", `The answer is over ${maxResponseBytes} bytes`);
        delegate.onResponseTooLarge();
      } else {
        delegate.onResponse(body);
        // Behind what the answer brings about: the process that it wakes would take the processor first.
        setImmediate(() => {
          if (waiting === undefined) accept(response);
          else unaccepted = response;
        });
      }
    } finally {
      isAnswering = false;
    }
    if (waiting !== undefined) delegate.onNext();
  };

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url?.startsWith(prefix) === true ? request.url.slice(prefix.length) : "";
    if (request.method === "GET" && path === "invocation/next") return next(response);
    const found = request.method === "POST" ? invocationPath.exec(path) : null;
    if (found?.[1] !== undefined && found[2] !== undefined) return answer(request, response, found[1], found[2]);
    if (request.method === "POST" && path === "init/error") {
      delegate.onInitError(await takeError(request, response));
      return;
    }
    request.resume();
    refuse(response, 404, "NotFound", "No such resource");
  };

  const server = await listen((request, response) => {
    if (!isOfOwnProcess(request)) {
      request.resume();
      refuse(response, 403, "Forbidden", "This API is for the process that got its address");
      return;
    }
    // The client of an aborted request is gone, so there is nobody to answer.
    route(request, response).catch(() => response.destroy());
  });
  const { port } = server.address() as AddressInfo;

  return {
    address: `127.0.0.1:${port}`,
    deliver(invocation) {
      if (waiting === undefined) return false;
      const response = waiting;
      waiting = undefined;
      openRequestId = invocation.requestId;
      if (unaccepted !== undefined) accept(unaccepted);
      unaccepted = undefined;
      response.writeHead(200, invocationHeaders(invocation)).end(invocation.payload);
      return true;
    },
    askBack: () => undefined,
    close() {
      openRequestId = undefined;
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Whether a request was sent to the address that the process was given, and not by a web page. A page whose name resolves to this address (DNS
 * rebinding) has that name in Host; other pages send their origin or, with requests that only read, their site. `fetch` of Node sends neither. */
function isOfOwnProcess({ headers: { host, origin, "sec-fetch-site": site }, socket }: IncomingMessage): boolean {
  return host === `127.0.0.1:${socket.localPort}` && origin === undefined && site === undefined;
}

/** A server on a free loopback port whose connections may rest for as long as they like. */
async function listen(onRequest: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 }, onRequest);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return server;
}

function invocationHeaders(invocation: RuntimeInvocation): Record<string, string | number> {
  const { trace } = invocation;
  return {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(invocation.payload),
    "Lambda-Runtime-Aws-Request-Id": invocation.requestId,
    "Lambda-Runtime-Deadline-Ms": Math.round(invocation.deadlineAt),
    "Lambda-Runtime-Invoked-Function-Arn": invocation.functionArn,
    "Lambda-Runtime-Trace-Id": traceIdOf(invocation),
    ...(trace === undefined ? {} : { "Lambda-Runtime-Client-Context": printClientContext(trace) }),
  };
}

async function takeError(request: IncomingMessage, response: ServerResponse): Promise<RuntimeError> {
  const body = await readBody(request, maxErrorBytes);
  accept(response);
  return readError(body, request.headers["lambda-runtime-function-error-type"]);
}

function accept(response: ServerResponse): void {
  send(response, 202, '{"status":"OK"}');
}

function refuse(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  send(response, status, JSON.stringify({ errorType, errorMessage }));
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

/** The whole body as text; undefined when it is over `maxBytes` (it is read to its end and dropped). */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    request.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= maxBytes) chunks.push(chunk);
    });
    request.once("end", () => resolve(sizeBytes > maxBytes ? undefined : Buffer.concat(chunks).toString("utf8")));
    request.once("error", reject);
  });
}
