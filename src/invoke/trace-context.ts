/** The place of an invocation in a trace. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Of the span that the function's own are children of: 16 hexadecimal digits. */
  readonly spanId: string;
  /** Whether the spans of this trace are kept. */
  readonly isSampled: boolean;
}

/** Value of the header `traceparent`. W3C Trace Context §3.2 */
export function printTraceparent({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? "01" : "00"}`;
}

/** The same as AWS X-Ray writes it, in the header `X-Amzn-Trace-Id` and the variable `_X_AMZN_TRACE_ID`. */
export function printXrayHeader({ traceId, spanId, isSampled }: TraceContext): string {
  return `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=${isSampled ? 1 : 0}`;
}

/** JSON text of the client context of a Lambda invocation: the function reads `context.clientContext.custom.traceparent`. */
export function printClientContext(trace: TraceContext): string {
  return JSON.stringify({ custom: { traceparent: printTraceparent(trace) } });
}
