import { createRequire } from "node:module";
import type { Registry } from "prom-client";
import { describeMetrics } from "./describe-metrics.ts";
import type { Metric } from "./metric.ts";
import { createProcessMetrics } from "./process-metrics.ts";
import type { MetricsSource } from "./source.ts";

/** The text of all metrics as they are now, with its type.
 * @param streams of events that are open */
export type PrintMetrics = (streams: number) => Promise<{ readonly contentType: string; readonly text: string }>;

/** Makes the printer of metrics in the text form of Prometheus. Of prom-client only the registry is loaded, when metrics are first asked for: the whole of it
 * takes 50 ms, in which no call would be answered. */
export function createMetrics(source: MetricsSource): PrintMetrics {
  const loaded: { RegistryClass?: new () => Registry; process?: () => readonly Metric[] } = {};
  return async (streams) => {
    loaded.RegistryClass ??= createRequire(import.meta.url)("prom-client/lib/registry") as new () => Registry;
    loaded.process ??= createProcessMetrics();
    const registry = new loaded.RegistryClass();
    for (const metric of [...describeMetrics(source, streams), ...loaded.process()])
      registry.registerMetric({ name: metric.name, get: () => Promise.resolve(metric) } as never);
    return { contentType: registry.contentType, text: await registry.metrics() };
  };
}
