import { nearestWord } from "../../kernel/index.ts";
import { printPath, type ConfigDocument, type ConfigPath } from "./document.ts";
import type { ConfigSchema, EnvironmentSetting } from "./schema.ts";
import type { SettingNode } from "../settings/setting-node.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Sets what environment variables override. Problems in what they set name the variable instead of the file.
 * An empty variable counts as absent. */
export function applyEnvironment(
  document: ConfigDocument,
  schema: ConfigSchema,
  environment: Environment,
): ConfigDocument {
  const used = schema.settings.filter(({ variable }) => isSet(environment, variable));
  const origin = (path: ConfigPath) => {
    const text = printPath(path);
    return used.find((setting) => text === printPath(setting.path) || text.startsWith(`${printPath(setting.path)}[`));
  };
  let { values } = document;
  for (const setting of used)
    values = setIn(values, setting.path, readValue(setting, environment[setting.variable] ?? ""));
  return {
    values,
    problemAt(path, message, part) {
      const setting = origin(path);
      if (setting === undefined) return document.problemAt(path, message, part);
      return { location: setting.variable, path: printPath(path), message, order: -1 };
    },
    sourceOf: (path) => (origin(path) === undefined ? document.sourceOf(path) : undefined),
  };
}

/** The port that a variable sets; undefined when it is absent, "wrong" when it is not a port. */
export function readPort(environment: Environment, variable: string): number | undefined | "wrong" {
  if (!isSet(environment, variable)) return undefined;
  const text = environment[variable] ?? "";
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : "wrong";
}

/** One sentence for each variable that looks like ours but is none. */
export function warnOfUnknownVariables({ root, settings }: ConfigSchema, environment: Environment): readonly string[] {
  const known = [...settings.map(({ variable }) => variable), ...portVariables(root)];
  return Object.keys(environment)
    .filter((variable) => variable.startsWith("OFFHOOK_") && !known.includes(variable))
    .map((variable) => {
      const nearest = nearestWord(variable, known);
      return `The environment variable ${variable} is not known and has no effect${nearest === undefined ? "" : `; did you mean ${nearest}?`}`;
    });
}

function portVariables(node: SettingNode): string[] {
  const own = node["x-port-environment"];
  return [...(own === undefined ? [] : [own]), ...Object.values(node.properties ?? {}).flatMap(portVariables)];
}

function isSet(environment: Environment, variable: string): boolean {
  return environment[variable] !== undefined && environment[variable] !== "";
}

/** What cannot be converted stays text, so that the check refuses it. */
function readValue({ type }: EnvironmentSetting, text: string): unknown {
  if (type === "integer" && /^\d{1,15}$/.test(text)) return Number(text);
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  if (type === "list") return text.split(",").map((item) => item.trim());
  return text;
}

/** A copy of `values` with one value set; what is not an object on the way stays, for the check to refuse. */
function setIn(values: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (values !== undefined && (typeof values !== "object" || values === null || Array.isArray(values))) return values;
  const before = (values ?? {}) as Readonly<Record<string, unknown>>;
  return { ...before, [key]: setIn(before[key], rest, value) };
}
