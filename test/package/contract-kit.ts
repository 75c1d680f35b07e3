import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { packageRoot } from "../../src/kernel/index.ts";

/** Compiles a published schema as strictly as Ajv can.
 * @returns the faults of a value by the schema, without those that only repeat that no variant fits */
export function schemaChecker(name: "event" | "response"): (value: unknown) => readonly string[] {
  const schema = JSON.parse(readFileSync(join(packageRoot(), "schemas", `${name}.schema.json`), "utf8")) as object;
  const validate = new Ajv({ strict: true, allErrors: false }).compile(schema);
  return (value) => {
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath} ${message}`);
  };
}
