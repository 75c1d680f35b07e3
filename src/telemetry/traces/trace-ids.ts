import { randomBytes } from "node:crypto";
import type { TraceContext } from "../../invoke/index.ts";

const idPattern = /^[0-9a-f]{32}$/;
/** The last 28 bits of an id of a call are random. */
const sampledDigits = 7;

/** The trace of a call, whose id is that of the call without hyphens, so that whoever knows the one finds the other, and that spans of two
 * processes are of one trace. The context is that of its first span; undefined: the id is no UUID.
 * @param ratio share of calls that are traced, 0 to 1; every process decides alike */
export function traceOfCall(transactionId: string, ratio: number): TraceContext | undefined {
  const traceId = transactionId.replaceAll("-", "").toLowerCase();
  if (!idPattern.test(traceId)) return undefined;
  const place = Number.parseInt(traceId.slice(-sampledDigits), 16) / 16 ** sampledDigits;
  return { traceId, spanId: traceId.slice(16), isSampled: place < ratio };
}

/** Makes ids of spans, and takes those that are given for the next one. */
export class TraceIds {
  #next: TraceContext | undefined;

  /** Calls `make`, whose span has the ids of `context`. */
  with<Value>(context: TraceContext, make: () => Value): Value {
    this.#next = context;
    try {
      return make();
    } finally {
      this.#next = undefined;
    }
  }

  readonly generateTraceId = (): string => this.#next?.traceId ?? randomBytes(16).toString("hex");

  readonly generateSpanId = (): string => this.#next?.spanId ?? randomBytes(8).toString("hex");
}
