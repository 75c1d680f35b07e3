import * as meetingsClient from "@aws-sdk/client-chime-sdk-meetings";
import * as voiceClient from "@aws-sdk/client-chime-sdk-voice";
import { NormalizedSchema } from "@smithy/core/schema";
import { AppError, errorMessage } from "../../kernel/index.ts";

/** The type of a member, as far as this service uses types. */
export type Shape =
  | { readonly type: "string" | "number" | "boolean" | "timestamp" }
  | { readonly type: "list"; readonly item: Shape }
  | { readonly type: "map"; readonly value: Shape }
  | { readonly type: "structure"; readonly name: string; readonly members: readonly Member[] };

/** One member of a structure. */
export interface Member {
  readonly name: string;
  readonly shape: Shape;
  readonly required: boolean;
}

/** Where a member of a request travels. `name` is the query name. */
export type Binding =
  | { readonly in: "path" }
  | { readonly in: "query"; readonly name: string }
  | { readonly in: "body" };

/** The services that this server has. They share the port, and no route but that of tags. */
export type ServiceName = "voice" | "meetings";

/** One operation of a service. */
export interface OperationModel {
  readonly service: ServiceName;
  readonly name: string;
  readonly method: string;
  /** For example `/sip-rules/{SipRuleId}`; labels are member names. */
  readonly path: string;
  /** Member names of the labels, in order. */
  readonly labels: readonly string[];
  /** Query pairs that belong to the route, for example `operation=put`. */
  readonly staticQuery: readonly (readonly [string, string])[];
  readonly successStatus: number;
  /** Name of the input structure; "" when there is none. */
  readonly inputName: string;
  readonly input: readonly (Member & { readonly binding: Binding })[];
}

/** Everything that the API takes from the official client of a service. */
export interface ServiceModel {
  readonly operations: readonly OperationModel[];
  /** Exception name to HTTP status. */
  readonly errors: ReadonlyMap<string, number>;
}

/** Codes that open the tuples of operations, structures and errors. */
const kinds = { operation: 9, structure: 3, error: -3 } as const;

const clients: Readonly<Record<ServiceName, Readonly<Record<string, unknown>>>> = {
  voice: voiceClient,
  meetings: meetingsClient,
};

/** Reads the run-time schemas of `@aws-sdk/client-chime-sdk-voice` or `-meetings`: the one place that knows their encoding.
 * Throws `API_MODEL_CHANGED` when they look different. Contract: api-routes */
export function readServiceModel(service: ServiceName): ServiceModel {
  const operations: OperationModel[] = [];
  const errors = new Map<string, number>();
  try {
    for (const [key, value] of Object.entries(clients[service])) {
      if (!key.endsWith("$") || !Array.isArray(value)) continue;
      if (value[0] === kinds.operation) operations.push(readOperation(service, value));
      if (value[0] === kinds.error) readError(value, errors);
    }
  } catch (error) {
    throw changed(service, errorMessage(error), error);
  }
  if (operations.length === 0 || errors.size === 0) throw changed(service, "no operations or no errors are exported");
  return { operations, errors };
}

/** The operations of both services. Of those on tags, which both have, the ones of the meetings service: this server has no others. */
export function readOperations(): readonly OperationModel[] {
  const [voice, meetings] = [readServiceModel("voice").operations, readServiceModel("meetings").operations];
  const taken = new Set(meetings.map(({ name }) => name));
  return [...voice.filter(({ name }) => !taken.has(name)), ...meetings];
}

function changed(service: ServiceName, why: string, cause?: unknown): AppError {
  const message = `The schemas of @aws-sdk/client-chime-sdk-${service} cannot be read: ${why}. Install the version of package-lock.json.`;
  return new AppError("API_MODEL_CHANGED", message, { cause });
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
function readError(tuple: readonly unknown[], errors: Map<string, number>): void {
  const [, , name, traits] = tuple as [number, string, string, { httpError?: number } | 0];
  if (traits !== 0 && traits.httpError !== undefined) errors.set(name, traits.httpError);
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
