import type { FromSchema, JSONSchema } from "json-schema-to-ts";

/** A JSON Schema (2020-12) with the words that we use of it. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | SchemaNode;
}

/** An object of which all members are declared. */
export interface ObjectNode extends SchemaNode {
  readonly type: "object";
  readonly properties: Readonly<Record<string, SchemaNode>>;
}

type Frozen<Value> = Value extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Frozen<Value[Key]> }
    : Value;

/** The values that fit a schema. */
export type ValueOf<Node> = Node extends JSONSchema ? Frozen<FromSchema<Node>> : never;
