/** What is counted, in the form of Prometheus. */
export { CallCounts } from "./call-counts.ts";
export { createMetrics, type PrintMetrics } from "./create-metrics.ts";
export type { FunctionSnapshot, MetricsSource, Snapshot } from "./source.ts";
