import { NormalizedSchema } from "@smithy/core/schema";
import { errorMessage } from "../../kernel/index.ts";
import type { Binding, Member, OperationModel, ServiceModel, ServiceName, Shape } from "./model.ts";

/** Codes that open the tuples of operations, structures and errors. */
const kinds = { operation: 9, structure: 3, error: -3 } as const;

/** Text of `assets/api-model.json`. Throws an Error when the schemas of a client look different from what is known here. */
export async function printApiModel(): Promise<string> {
  const clients: Readonly<Record<ServiceName, object>> = {
    voice: await import("@aws-sdk/client-chime-sdk-voice"),
    meetings: await import("@aws-sdk/client-chime-sdk-meetings"),
  };
  const model = { voice: readClient("voice", clients.voice), meetings: readClient("meetings", clients.meetings) };
  return `${JSON.stringify(model, undefined, 1)}\n`;
}

/** Reads the run-time schemas of `@aws-sdk/client-chime-sdk-voice` or `-meetings`: the one place that knows their encoding. */
function readClient(service: ServiceName, client: object): ServiceModel {
  const operations: OperationModel[] = [];
  const errors: Record<string, number> = {};
  const enumerations: Record<string, readonly string[]> = {};
  try {
    for (const [key, value] of Object.entries(client)) {
      if (isEnumeration(value)) enumerations[key] = Object.values(value);
      if (!key.endsWith("$") || !Array.isArray(value)) continue;
      if (value[0] === kinds.operation) operations.push(readOperation(service, value));
      if (value[0] === kinds.error) readError(value, errors);
    }
  } catch (error) {
    throw changed(service, errorMessage(error), error);
  }
  const missing = Object.entries({ operations, errors, enumerations }).find(([, all]) => Object.keys(all).length === 0);
  if (missing !== undefined) throw changed(service, `no ${missing[0]} are exported`);
  return { operations, errors, enumerations };
}

/** Exports of both clients are classes, functions, schemas (lists) and enumerations. */
function isEnumeration(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const values = Object.values(value);
  return values.length > 0 && values.every((one) => typeof one === "string");
}

function changed(service: ServiceName, why: string, cause?: unknown): Error {
  const message = `The schemas of @aws-sdk/client-chime-sdk-${service} cannot be read: ${why}. Install the version of package-lock.json.`;
  return new Error(message, { cause });
}

/** `[9, namespace, name, { http: [method, uri, status] }, input, output]` */
function readOperation(service: ServiceName, tuple: readonly unknown[]): OperationModel {
  const [, , name, traits, inputReference] = tuple as [
    number,
    string,
    string,
    { http: [string, string, number] },
    unknown,
  ];
  const [method, uri, successStatus] = traits.http;
  const [path = "", query = ""] = uri.split("?");
  const input = NormalizedSchema.of(dereference(inputReference));
  const isUnit = input.isUnitSchema();
  return {
    service,
    name,
    method,
    path,
    labels: [...path.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1] ?? ""),
    staticQuery: [...new URLSearchParams(query)],
    successStatus,
    inputName: isUnit ? "" : (input.getName() ?? ""),
    input: isUnit ? [] : readMembers(input, (member, schema) => ({ ...member, binding: readBinding(schema) })),
  };
}

/** `[-3, namespace, name, { error, httpError }, ...]`; the synthetic base class has no status. */
function readError(tuple: readonly unknown[], errors: Record<string, number>): void {
  const [, , name, traits] = tuple as [number, string, string, { httpError?: number } | 0];
  if (traits !== 0 && traits.httpError !== undefined) errors[name] = traits.httpError;
}

function dereference(reference: unknown): Parameters<typeof NormalizedSchema.of>[0] {
  return (typeof reference === "function" ? (reference as () => unknown)() : reference) as Parameters<
    typeof NormalizedSchema.of
  >[0];
}

/** The first `requiredCount` (seventh entry of the tuple) names are the required ones. */
function readMembers<Out>(
  structure: NormalizedSchema,
  convert: (member: Member, schema: NormalizedSchema) => Out,
): Out[] {
  const tuple = structure.getSchema() as unknown as readonly unknown[];
  const requiredCount = typeof tuple[6] === "number" ? tuple[6] : 0;
  return [...structure.structIterator()].map(([name, schema], index) =>
    convert({ name, shape: readShape(schema), required: index < requiredCount }, schema),
  );
}

function readBinding(schema: NormalizedSchema): Binding {
  const { httpLabel, httpQuery } = schema.getMergedTraits();
  if (httpLabel) return { in: "path" };
  return typeof httpQuery === "string" ? { in: "query", name: httpQuery } : { in: "body" };
}

function readShape(schema: NormalizedSchema): Shape {
  if (schema.isListSchema()) return { type: "list", item: readShape(schema.getValueSchema()) };
  if (schema.isMapSchema()) return { type: "map", value: readShape(schema.getValueSchema()) };
  if (schema.isStructSchema()) {
    return { type: "structure", name: schema.getName() ?? "", members: readMembers(schema, (member) => member) };
  }
  if (schema.isTimestampSchema()) return { type: "timestamp" };
  if (schema.isBooleanSchema()) return { type: "boolean" };
  if (schema.isNumericSchema()) return { type: "number" };
  if (schema.isStringSchema()) return { type: "string" };
  throw new Error(`the member ${schema.getMemberName()} has a type that is new`);
}
