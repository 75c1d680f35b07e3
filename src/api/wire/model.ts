import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../kernel/index.ts";

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
  readonly errors: Readonly<Record<string, number>>;
  /** The values of each enumeration by its name. */
  readonly enumerations: Readonly<Record<string, readonly string[]>>;
}

/** The file that `npm run schemas` writes: what `read-client.ts` reads of the official clients, so that a server need not load them.
 * Contract: api-routes */
export const modelFile = "assets/api-model.json";

const kept: { models?: Readonly<Record<ServiceName, ServiceModel>> } = {};

/** What the API takes from the official client of a service. */
export function modelOf(service: ServiceName): ServiceModel {
  kept.models ??= JSON.parse(readFileSync(join(packageRoot(), modelFile), "utf8")) as Record<ServiceName, ServiceModel>;
  return kept.models[service];
}

/** The operations of both services. Of those on tags, which both have, the ones of the meetings service: this server has no others. */
export function readOperations(): readonly OperationModel[] {
  const [voice, meetings] = [modelOf("voice").operations, modelOf("meetings").operations];
  const taken = new Set(meetings.map(({ name }) => name));
  return [...voice.filter(({ name }) => !taken.has(name)), ...meetings];
}

/** The values of an enumeration of either service. Throws an Error if there is none of that name. */
export function valuesOf(enumeration: string): readonly string[] {
  const values = modelOf("voice").enumerations[enumeration] ?? modelOf("meetings").enumerations[enumeration];
  if (values === undefined) throw new Error(`${modelFile} has no enumeration ${enumeration}`);
  return values;
}
