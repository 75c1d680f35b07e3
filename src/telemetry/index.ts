/** What a server tells the systems that its operators look at calls with: traces by OTLP, and messages of SIP by HEP to a capture server. */
export type { TraceSettings, Traces } from "./traces/open-traces.ts";
export { loadTraces } from "./load-traces.ts";
export { openCapture, type Capture, type CaptureSettings } from "./capture/open-capture.ts";
