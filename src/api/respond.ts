import { maxHeaderSize, STATUS_CODES, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { AppError, errorCode, errorMessage, newId, type Clock, type Logger } from "../kernel/index.ts";
import type { Exchange } from "./exchange.ts";
import { createRefusalLines } from "./refusal-lines.ts";
import { refuse } from "./refuse.ts";
import type { OperationModel, ServiceName } from "./wire/model.ts";
import { toWireError } from "./wire/wire-error.ts";

/** Writes answers in the wire format of the service, each with a request id, and logs them. */
export interface Responder {
  answer(exchange: Exchange, operation: OperationModel, output: object | undefined): void;
  /** Any error, ours or an unexpected one, by the name that the asked service has for it. */
  refuse(exchange: Exchange, error: unknown, service?: ServiceName): void;
  /** Bytes that are not an HTTP request, or not all of one in time. */
  refuseSocket(error: Error, socket: Duplex): void;
  /** A connection beyond the limit. */
  refuseConnection(socket: Duplex): void;
}

/** Seconds; a database that starts again is back within some. */
const storeRetryAfterS = 2;

/** Most characters of a client's text that are logged and returned. */
const longestText = 2_000;

/** What an error of ours can tell besides its message. */
interface RefusalDetails {
  readonly retryAfterS?: unknown;
  readonly resourceName?: unknown;
  /** The service whose name for the error is right, whatever was asked. */
  readonly service?: ServiceName;
}

/** Makes a responder. Contract: api-error-form, api-request-id */
export function createResponder(log: Logger, clock: Clock): Responder {
  const refusals = createRefusalLines(log, clock);
  return {
    answer({ id, response, receivedAtMs }, operation, output) {
      const tookMs = Math.round(performance.now() - receivedAtMs);
      log.debug({ requestId: id, operation: operation.name, tookMs }, "API request answered");
      response.statusCode = operation.successStatus;
      response.setHeader("x-amzn-requestid", id);
      if (output === undefined) response.end();
      else sendJson(response, output);
    },
    refuse({ id, request, response }, thrown, service = "voice") {
      const error = errorCode(thrown) === "STORE_AWAY" ? storeAway(thrown) : thrown;
      const {
        retryAfterS,
        resourceName,
        service: itsService = service,
      } = error instanceof AppError ? (error.details as RefusalDetails) : ({} as RefusalDetails);
      const { name, status, code } = toWireError(error, itsService);
      const facts = { requestId: id, method: request.method, url: request.url && shownUrl(request.url), error: name };
      const why = shorten(errorMessage(error));
      const { cause } = error instanceof Error ? error : {};
      if (status === 500) log.error({ ...facts, err: error }, "API request failed");
      else
        refusals.note({ ...facts, why: cause === thrown ? shorten(errorMessage(thrown)) : why }, "API request refused");
      const message = status === 500 ? `Internal failure; the log has it under the request id ${id}.` : why;
      response.statusCode = status;
      response.setHeader("x-amzn-requestid", id).setHeader("x-amzn-errortype", name);
      if (typeof retryAfterS === "number") response.setHeader("retry-after", retryAfterS);
      const ofMeetings = service === "meetings" ? { RequestId: id, ResourceName: resourceName } : {};
      sendJson(response, { Code: code, Message: message, ...ofMeetings });
    },
    refuseSocket(error, socket) {
      if (!socket.writable || errorCode(error) === "ECONNRESET") return void socket.destroy();
      const refusal = refuseBytes(error);
      refusals.note({ why: refusal.message }, "API request refused");
      return endWith(socket, refusal);
    },
    refuseConnection(socket) {
      const why = "There are too many connections; close those that are not used, or send more requests over each.";
      refusals.note({ why }, "API connection refused");
      endWith(socket, refuse("API_TOO_MANY_CONNECTIONS", why));
    },
  };
}

/** What the database says is for the log: it can tell where that is. Clients try 503 again by themselves. Contract: api-store-away */
function storeAway(cause: unknown): AppError {
  const details = { retryAfterS: storeRetryAfterS };
  return new AppError("API_STORE_AWAY", "The database takes nothing now. Try again.", {
    details,
    retry: "later",
    cause,
  });
}

/** Why a request was not read to the end of its head, by what Node says of it. */
function refuseBytes(error: Error): Error {
  const code = errorCode(error);
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return refuse("API_TOO_SLOW", "The request did not come in whole in time.");
  if (code !== "HPE_HEADER_OVERFLOW")
    return refuse("API_BAD_REQUEST", `The bytes are not an HTTP request: ${error.message}.`);
  const most = `${maxHeaderSize} bytes`;
  return refuse("API_BAD_REQUEST", `The headers of the request have more than ${most}; all together must have less.`);
}

/** Answers without a request and closes the connection. */
function endWith(socket: Duplex, error: Error): void {
  const { name, status, code } = toWireError(error);
  const body = JSON.stringify({ Code: code, Message: error.message });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    `x-amzn-errortype: ${name}`,
    `x-amzn-requestid: ${newId()}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

/** A presigned request holds for days: its signature is for nobody who reads the log. */
function shownUrl(url: string): string {
  return url.slice(0, longestText).replace(/(x-amz-signature=)[^&]*/gi, "$1...");
}

function shorten(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}...`;
}

function sendJson(response: ServerResponse, body: object): void {
  const text = JSON.stringify(body);
  response.setHeader("content-type", "application/json").setHeader("content-length", Buffer.byteLength(text));
  response.end(text);
}
