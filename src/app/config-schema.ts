import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { packageRoot } from "../kernel/index.ts";

/** The parts of a JSON Schema that we read ourselves. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  /** What a value must be, in words. */
  readonly "x-rule"?: string;
  /** The variable that overrides the setting. */
  readonly "x-environment"?: string;
  /** The variable that overrides the port in the setting. */
  readonly "x-port-environment"?: string;
}

/** A setting that one environment variable overrides. */
export interface EnvironmentSetting {
  readonly variable: string;
  readonly path: readonly string[];
  readonly type: "string" | "integer" | "boolean" | "list";
}

export interface ConfigSchema {
  readonly root: SchemaNode;
  /** Checks a value and fills in defaults, in place. */
  readonly validate: ValidateFunction;
  readonly settings: readonly EnvironmentSetting[];
}

const kept: { schema?: ConfigSchema } = {};

/** Reads `assets/config.schema.json`, the one description of the configuration. Compiled once in a process: that takes longer than a check. */
export function readConfigSchema(): ConfigSchema {
  return (kept.schema ??= compileSchema());
}

function compileSchema(): ConfigSchema {
  const root = JSON.parse(readFileSync(join(packageRoot(), "assets", "config.schema.json"), "utf8")) as SchemaNode;
  // A file is checked a few times at most: shorter code would take longer to make than it saves.
  const code = { optimize: false };
  const ajv = new Ajv({ allErrors: true, useDefaults: true, verbose: true, allowUnionTypes: true, code });
  ajv.addVocabulary(["x-rule", "x-environment", "x-port-environment"]);
  return { root, validate: ajv.compile(root), settings: listSettings(root, []) };
}

function listSettings(node: SchemaNode, path: readonly string[]): EnvironmentSetting[] {
  const variable = node["x-environment"];
  const own: EnvironmentSetting[] = variable === undefined ? [] : [{ variable, path, type: settingType(node) }];
  const nested = Object.entries(node.properties ?? {}).flatMap(([key, child]) => listSettings(child, [...path, key]));
  return [...own, ...nested];
}

function settingType(node: SchemaNode): EnvironmentSetting["type"] {
  if (node.type === "array") return "list";
  return node.type === "integer" || node.type === "boolean" ? node.type : "string";
}
