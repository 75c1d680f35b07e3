import type { IncomingMessage, ServerResponse } from "node:http";
import { newId } from "../kernel/index.ts";

/** One request, and the answer that it will get. */
export interface Exchange {
  /** What the client gets as `x-amzn-requestid`. */
  readonly id: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Monotonic. */
  readonly receivedAtMs: number;
}

/** Begins an exchange under an id of its own. */
export function createExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  return { id: newId(), request, response, receivedAtMs: performance.now() };
}
