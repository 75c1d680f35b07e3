import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";
import { errorCode, errorMessage, newId, type Logger } from "../kernel/index.ts";
import { refuse } from "./refuse.ts";
import type { OperationModel } from "./wire/model.ts";
import { toWireError } from "./wire/wire-error.ts";

/** Writes answers in the wire format of the service, each with a request id, and logs them. */
export interface Responder {
  answer(
    request: FastifyRequest,
    reply: FastifyReply,
    operation: OperationModel,
    output: object | undefined,
  ): FastifyReply;
  /** Any error, ours or the framework's. */
  refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply;
  /** Bytes that are not an HTTP request. */
  refuseSocket(error: Error, socket: Socket): void;
}

/** Makes a responder. `reference/api.md` sections 1.5 and 8.1 */
export function createResponder(log: Logger): Responder {
  return {
    answer(request, reply, operation, output) {
      const tookMs = Math.round(reply.elapsedTime);
      log.debug({ requestId: request.id, operation: operation.name, tookMs }, "API request answered");
      reply.code(operation.successStatus).header("x-amzn-requestid", request.id);
      return output === undefined ? reply.send() : sendJson(reply, output);
    },
    refuse(request, reply, thrown) {
      const error = translate(thrown);
      const { name, status, code } = toWireError(error);
      const facts = { requestId: request.id, method: request.method, url: request.url, error: name };
      if (status === 500) log.error({ ...facts, err: error }, "API request failed");
      else log.info({ ...facts, why: errorMessage(error) }, "API request refused");
      const message =
        status === 500 ? `Internal failure; the log has it under the request id ${request.id}.` : errorMessage(error);
      reply.code(status).header("x-amzn-requestid", request.id).header("x-amzn-errortype", name);
      return sendJson(reply, { Code: code, Message: message });
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

/** A buffer keeps the content type exactly as set; for text the framework would add a charset. */
function sendJson(reply: FastifyReply, body: object): FastifyReply {
  return reply.header("content-type", "application/json").send(Buffer.from(JSON.stringify(body)));
}

/** Errors that the framework finds before an operation is known. */
function translate(error: unknown): unknown {
  switch (errorCode(error)) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return refuse("API_BODY_TOO_LARGE", "The body is larger than 1 MiB.");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return refuse("API_UNSUPPORTED_MEDIA_TYPE", "The content-type cannot be read; it must be application/json.");
    case "FST_ERR_BAD_URL":
      return refuse("API_BAD_REQUEST", "The path has a percent sign that does not begin an encoded character.");
    default:
      return isRequestFault(error) ? refuse("API_BAD_REQUEST", errorMessage(error)) : error;
  }
}

/** Whether the framework blames the request: an error of its own with a status of 400 to 499. */
function isRequestFault(error: unknown): boolean {
  if (errorCode(error)?.startsWith("FST_") !== true) return false;
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === "number" && statusCode >= 400 && statusCode < 500;
}
