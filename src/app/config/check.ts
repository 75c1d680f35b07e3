import type { ErrorObject } from "ajv";
import { describeFound } from "../../contract/index.ts";
import { nearestWord } from "../../kernel/index.ts";
import type { ConfigDocument, ConfigPath, Problem } from "./document.ts";
import type { ConfigSchema } from "./schema.ts";
import type { SettingNode } from "../settings/setting-node.ts";
import type { RawConfig } from "../settings/configuration.ts";

/** Most problems that are reported, since finding the position of each takes time. */
const mostProblems = 1_000;

/** Checks a configuration, or another document, against its schema.
 * @returns a copy with the schema's defaults, or every problem with its place */
export function checkConfig<Raw = RawConfig>(
  document: ConfigDocument,
  { validate }: Pick<ConfigSchema, "validate">,
): { readonly raw: Raw } | { readonly problems: readonly Problem[] } {
  const values = structuredClone(document.values ?? {});
  if (validate(values)) return { raw: values as Raw };
  const errors = validate.errors ?? [];
  return {
    problems: errors
      .filter(isReported)
      .slice(0, mostProblems)
      .map((error) => toProblem(document, error)),
  };
}

/** Some errors of Ajv only repeat another one; these are left out. */
function isReported(error: ErrorObject): boolean {
  const isSaidByWords = error.keyword === "type" && (error.parentSchema as SettingNode | undefined)?.enum !== undefined;
  return error.propertyName === undefined && !error.schemaPath.includes("/oneOf/") && !isSaidByWords;
}

function toProblem(document: ConfigDocument, error: ErrorObject): Problem {
  const path = parsePointer(document.values, error.instancePath);
  const schema = (error.parentSchema ?? {}) as SettingNode;
  const parameters = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case "additionalProperties": {
      const key = String(parameters["additionalProperty"]);
      return document.problemAt([...path, key], unknownKey(key, Object.keys(schema.properties ?? {})), "key");
    }
    case "required": {
      const key = String(parameters["missingProperty"]);
      const meaning = (schema.properties?.[key]?.description ?? "").replace(/\.$/, "");
      return document.problemAt(path, `"${key}" is missing: ${meaning.slice(0, 1).toLowerCase()}${meaning.slice(1)}`);
    }
    case "propertyNames": {
      const key = String(parameters["propertyName"]);
      const rule = (error.schema as SettingNode)["x-rule"];
      return document.problemAt(
        [...path, key],
        `the key ${JSON.stringify(key)} is not allowed; it must be ${rule}`,
        "key",
      );
    }
    case "oneOf":
      return document.problemAt(path, `it is not clear what is meant: ${schema["x-rule"]}`);
    case "uniqueItems":
      return document.problemAt(path, "it has an entry twice; each must be there once");
    default:
      return document.problemAt(path, wrongValue(document, path, error.data, schema));
  }
}

function unknownKey(key: string, allowed: readonly string[]): string {
  const nearest = nearestWord(key, allowed);
  const question = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return `unknown key "${key}"${question} (allowed here: ${allowed.join(", ")})`;
}

function wrongValue(document: ConfigDocument, path: ConfigPath, found: unknown, schema: SettingNode): string {
  const source = document.sourceOf(path);
  if (schema["x-secret"] === true) return `found something else, but it must be ${describeRule(schema)}`;
  const isUnquoted = typeof found === "number" || typeof found === "boolean";
  if (isUnquoted && source !== undefined && schema["x-rule"]?.includes("quotes") === true) {
    return `found the ${typeof found} ${source}, but it must be text: write it in quotes, "${source}"`;
  }
  if (schema.type === "array" && typeof found === "string" && found !== "") {
    return `found ${describeFound(found)}, but it must be a list: write ${JSON.stringify([found])}`;
  }
  const words = (schema.enum ?? []).filter((one) => typeof one === "string");
  const nearest = nearestWord(String(found), words);
  const question = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return `found ${describeFound(found)}, but it must be ${describeRule(schema)}${question}`;
}

function describeRule(schema: SettingNode): string {
  const { type, minimum, maximum, minItems, maxItems, items } = schema;
  if (schema["x-rule"] !== undefined) return schema["x-rule"];
  if (schema.enum !== undefined) return `one of ${schema.enum.join(", ")}`;
  if (type === "integer") return `a whole number from ${minimum} to ${maximum}`;
  if (type === "boolean") return "true or false";
  if (type === "object") return "an object with keys";
  if (type === "string") return "text, and not empty";
  const most = maxItems === undefined ? "" : ` and at most ${maxItems}`;
  const each = items?.["x-rule"] === undefined ? "" : `, each ${items["x-rule"]}`;
  return minItems === undefined ? `a list${each}` : `a list of at least ${minItems}${most}${each}`;
}

/** Reads the pointer of an Ajv error; list indexes become numbers. RFC 6901 §3 */
function parsePointer(values: unknown, pointer: string): ConfigPath {
  const segments = pointer
    .split("/")
    .slice(1)
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
  const path: (string | number)[] = [];
  let value = values;
  for (const segment of segments) {
    path.push(Array.isArray(value) ? Number(segment) : segment);
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[segment];
  }
  return path;
}
