import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Clock, Logger } from "../../kernel/index.ts";
import { CallSpans } from "./call-spans.ts";
import { tellFailures } from "./open-exporter.ts";
import { TraceIds } from "./trace-ids.ts";

/** Where traces go, and of what. */
export interface TraceSettings {
  /** URL that takes OTLP over HTTP, with its path. */
  readonly url: string;
  /** Share of calls that are traced, 0 to 1. */
  readonly ratio: number;
  /** Leave out what tells of people. */
  readonly redact: boolean;
}

/** What traces are opened with. */
export interface TraceParts {
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The traces of a server's calls. */
export interface Traces extends Pick<CallSpans, "add" | "keep" | "watch"> {
  /** Sends what is not sent yet, for at most two seconds. Never rejects. */
  close(): Promise<void>;
}

/** Spans that wait, at most: further ones are lost. */
const mostWaiting = 4_096;
/** What is made into bytes at once, in the thread that carries SIP. */
const mostAtOnce = 128;
const everyMs = 1_000;
const closeMs = 2_000;
/** For one export with all its tries, so that a process whose collector is away ends soon after its server. */
const exportMs = 3_000;

/** Opens them. Nobody waits for the endpoint, whether it is there or not. */
export function openTraces(settings: TraceSettings, { version, clock, log }: TraceParts): Traces {
  const { url, ratio, redact } = settings;
  const own = resourceFromAttributes({ "service.name": "offhook", "service.version": version });
  const ids = new TraceIds();
  const exporter = tellFailures(new OTLPTraceExporter({ url, timeoutMillis: exportMs }), url, log);
  const provider = new TracerProvider({
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES go before our own.
    resource: own.merge(detectResources({ detectors: [envDetector] })),
    sampler: new AlwaysOnSampler(),
    idGenerator: ids,
    spanProcessors: [
      new BatchSpanProcessor({
        ...{ exporter, maxQueueSize: mostWaiting, maxExportBatchSize: mostAtOnce, scheduledDelayMillis: everyMs },
      }),
    ],
  });
  const spans = new CallSpans({ tracer: provider.getTracer("offhook", version), ids, ratio, redact, now: clock.now });
  return {
    add: spans.add,
    keep: (...call) => spans.keep(...call),
    watch: (invoker) => spans.watch(invoker),
    async close() {
      await new Promise<void>((resolve) => {
        const limit = clock.startTimer(closeMs, resolve);
        void provider
          .shutdown()
          .catch(() => undefined)
          .then(() => {
            limit.cancel();
            resolve();
          });
      });
    },
  };
}
