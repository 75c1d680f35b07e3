import { printXrayHeader } from "../trace-context.ts";
import type { RuntimeInvocation } from "./runtime-door.ts";

/** What `_X_AMZN_TRACE_ID` of the process becomes for an event; runtimes expect one without a trace, too. */
export function traceIdOf({ trace, requestId }: RuntimeInvocation): string {
  if (trace !== undefined) return printXrayHeader(trace);
  const hex = requestId.replaceAll("-", "");
  return `Root=1-${hex.slice(0, 8)}-${hex.slice(8)};Sampled=0`;
}
