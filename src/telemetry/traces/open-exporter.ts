import type { SpanExporter } from "@opentelemetry/sdk-trace";
import { errorMessage, type Logger } from "../../kernel/index.ts";

/** An exporter that never fails: what it cannot send is lost, and told once, with the count when it is well again. */
export function tellFailures(inner: SpanExporter, url: string, log: Logger): SpanExporter {
  let lost = 0;
  return {
    export(spans, done) {
      inner.export(spans, ({ code, error }) => {
        if (code === 0) {
          if (lost > 0) log.info({ url, spans: lost }, `traces are sent to ${url} again; ${lost} spans were lost`);
          lost = 0;
        } else {
          const why = error === undefined ? "no reason was given" : errorMessage(error);
          if (lost === 0) log.warn({ url }, `traces cannot be sent to ${url}, and are lost meanwhile: ${why}`);
          lost += spans.length;
        }
        done({ code: 0 });
      });
    },
    shutdown: () => inner.shutdown(),
  };
}
