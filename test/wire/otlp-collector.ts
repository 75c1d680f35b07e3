import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";

interface Value {
  readonly stringValue?: string | null;
  /** 64 bits, as an object that prints itself. */
  readonly intValue?: { toString(): string } | null;
  readonly doubleValue?: number | null;
  readonly boolValue?: boolean | null;
}
type KeyValues = readonly { readonly key: string; readonly value: Value }[];
interface DecodedSpan {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parentSpanId?: Uint8Array;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: { toString(): string };
  readonly endTimeUnixNano: { toString(): string };
  readonly attributes: KeyValues;
  readonly events: readonly {
    readonly name: string;
    readonly timeUnixNano: { toString(): string };
    readonly attributes: KeyValues;
  }[];
  readonly status?: { readonly code?: number; readonly message?: string };
}
interface Decoded {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: KeyValues };
    readonly scopeSpans: readonly { readonly spans: readonly DecodedSpan[] }[];
  }[];
}

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A span as a collector got it. Times are epoch milliseconds. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client, 4 producer. */
  readonly kind: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly at: number }[];
  /** 2: it failed. */
  readonly status: number;
  readonly resource: Attributes;
}

/** What takes traces by OTLP over HTTP; the bytes are decoded by what the OpenTelemetry project made of its own definitions, in a version that our
 * exporter shares no code with. */
export interface Collector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  readonly requests: readonly { readonly path: string | undefined; readonly headers: IncomingHttpHeaders }[];
  /** Resolves once such a span has come. */
  untilSpan(isMeant: (span: CollectedSpan) => boolean): Promise<void>;
  close(): void;
}

/** Opens one on loopback. */
export async function openCollector(): Promise<Collector> {
  const { ExportTraceServiceRequest } = loadDefinitions();
  const spans: CollectedSpan[] = [];
  const requests: Collector["requests"][number][] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      requests.push({ path: request.url, headers: request.headers });
      spans.push(...readSpans(ExportTraceServiceRequest.decode(Buffer.concat(chunks))));
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
      for (const look of waiting) look();
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    requests,
    untilSpan: (isMeant) =>
      new Promise((resolve) => {
        const look = () => {
          if (!spans.some(isMeant)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function loadDefinitions() {
  const root = createRequire(import.meta.url)("otlp-transformer-2025/build/src/generated/root") as {
    readonly opentelemetry: {
      readonly proto: {
        readonly collector: {
          readonly trace: {
            readonly v1: { readonly ExportTraceServiceRequest: { decode(bytes: Uint8Array): Decoded } };
          };
        };
      };
    };
  };
  return root.opentelemetry.proto.collector.trace.v1;
}

function readSpans({ resourceSpans }: Decoded): readonly CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...{ traceId: hex(span.traceId), spanId: hex(span.spanId), parentSpanId: hex(span.parentSpanId) },
        ...{ name: span.name, kind: span.kind, status: span.status?.code ?? 0 },
        ...{ startedAt: millis(span.startTimeUnixNano), endedAt: millis(span.endTimeUnixNano) },
        attributes: readAttributes(span.attributes),
        events: span.events.map(({ name, timeUnixNano }) => ({ name, at: millis(timeUnixNano) })),
        resource: readAttributes(resource.attributes),
      })),
    ),
  );
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString("hex");
}

/** Of nanoseconds in 64 bits, which come as an object. */
function millis(nanoseconds: { toString(): string }): number {
  return Number(nanoseconds.toString()) / 1_000_000;
}

function readAttributes(attributes: KeyValues): Attributes {
  return Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue, doubleValue, boolValue } }) => [
      key,
      stringValue ?? doubleValue ?? boolValue ?? (intValue ? Number(intValue.toString()) : undefined),
    ]),
  );
}
