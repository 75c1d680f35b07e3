import { STATUS_CODES, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { AppError, errorCode, errorMessage, newId, type Logger } from "../kernel/index.ts";
import type { Exchange } from "./exchange.ts";
import { refuse } from "./refuse.ts";
import type { OperationModel } from "./wire/model.ts";
import { toWireError } from "./wire/wire-error.ts";

/** Writes answers in the wire format of the service, each with a request id, and logs them. */
export interface Responder {
  answer(exchange: Exchange, operation: OperationModel, output: object | undefined): void;
  /** Any error, ours or one that nobody foresaw. */
  refuse(exchange: Exchange, error: unknown): void;
  /** Bytes that are not an HTTP request. */
  refuseSocket(error: Error, socket: Duplex): void;
}

/** Makes a responder. `reference/api.md` sections 1.5 and 8.1 */
export function createResponder(log: Logger): Responder {
  return {
    answer({ id, response, receivedAtMs }, operation, output) {
      const tookMs = Math.round(performance.now() - receivedAtMs);
      log.debug({ requestId: id, operation: operation.name, tookMs }, "API request answered");
      response.statusCode = operation.successStatus;
      response.setHeader("x-amzn-requestid", id);
      if (output === undefined) response.end();
      else sendJson(response, output);
    },
    refuse({ id, request, response }, error) {
      const { name, status, code } = toWireError(error);
      const facts = { requestId: id, method: request.method, url: request.url, error: name };
      if (status === 500) log.error({ ...facts, err: error }, "API request failed");
      else log.info({ ...facts, why: errorMessage(error) }, "API request refused");
      const message =
        status === 500 ? `Internal failure; the log has it under the request id ${id}.` : errorMessage(error);
      response.statusCode = status;
      response.setHeader("x-amzn-requestid", id).setHeader("x-amzn-errortype", name);
      const seconds = error instanceof AppError ? error.details["retryAfterS"] : undefined;
      if (typeof seconds === "number") response.setHeader("retry-after", seconds);
      sendJson(response, { Code: code, Message: message });
    },
    refuseSocket(error, socket) {
      if (!socket.writable || errorCode(error) === "ECONNRESET") return void socket.destroy();
      const { name, status, code } = toWireError(refuse("API_BAD_REQUEST", error.message));
      const body = JSON.stringify({ Code: code, Message: `The bytes are not an HTTP request: ${error.message}.` });
      const head = [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        "content-type: application/json",
        `content-length: ${Buffer.byteLength(body)}`,
        `x-amzn-errortype: ${name}`,
        `x-amzn-requestid: ${newId()}`,
        "connection: close",
      ];
      socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
    },
  };
}

function sendJson(response: ServerResponse, body: object): void {
  const text = JSON.stringify(body);
  response.setHeader("content-type", "application/json").setHeader("content-length", Buffer.byteLength(text));
  response.end(text);
}
