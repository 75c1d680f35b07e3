import { Ajv, type ValidateFunction } from "ajv";
import { configSchema } from "../settings/configuration.ts";
import type { SettingNode } from "../settings/setting-node.ts";

/** A setting that one environment variable overrides. */
export interface EnvironmentSetting {
  readonly variable: string;
  readonly path: readonly string[];
  readonly type: "string" | "integer" | "boolean" | "list";
}

export interface ConfigSchema {
  readonly root: SettingNode;
  /** Checks a value and fills in defaults, in place. */
  readonly validate: ValidateFunction;
  readonly settings: readonly EnvironmentSetting[];
}

const kept: { schema?: ConfigSchema } = {};

/** The check that comes from the declaration of the configuration. Compiled once in a process: that takes longer than a check. */
export function readConfigSchema(): ConfigSchema {
  return (kept.schema ??= compileSchema(configSchema));
}

/** The check that comes from a declaration. */
export function compileSchema(root: SettingNode): ConfigSchema {
  // A file is checked a few times at most, so optimizing the generated code would take longer than it saves.
  const code = { optimize: false };
  const ajv = new Ajv({ allErrors: true, useDefaults: true, verbose: true, allowUnionTypes: true, code });
  ajv.addVocabulary(["x-rule", "x-secret", "x-environment", "x-port-environment"]);
  return { root, validate: ajv.compile(root), settings: listSettings(root, []) };
}

function listSettings(node: SettingNode, path: readonly string[]): EnvironmentSetting[] {
  const variable = node["x-environment"];
  const own: EnvironmentSetting[] = variable === undefined ? [] : [{ variable, path, type: settingType(node) }];
  const nested = Object.entries(node.properties ?? {}).flatMap(([key, child]) => listSettings(child, [...path, key]));
  return [...own, ...nested];
}

function settingType(node: SettingNode): EnvironmentSetting["type"] {
  if (node.type === "array") return "list";
  return node.type === "integer" || node.type === "boolean" ? node.type : "string";
}
