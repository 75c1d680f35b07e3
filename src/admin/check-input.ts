import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { nearestWord } from "../kernel/index.ts";
import { refuseAdmin } from "./refuse-admin.ts";
import type { AdminOperation } from "./operation.ts";
import type { ObjectNode, SchemaNode } from "./shapes/schema-node.ts";

/** Reads the input of an operation out of the texts of path and query: gives it with defaults, or throws `API_BAD_REQUEST`, which names what is
 * wrong and what would be right. */
export type InputCheck = (operation: AdminOperation, texts: Readonly<Record<string, unknown>>) => object;

/** Makes the check. What an operation declares is compiled when it is first asked for. */
export function createInputCheck(): InputCheck {
  const ajv = new Ajv({ coerceTypes: true, useDefaults: true, strict: false, code: { optimize: false } });
  const compiled = new Map<string, ValidateFunction>();
  return ({ id, input }, texts) => {
    const validate = compiled.get(id) ?? ajv.compile(input);
    compiled.set(id, validate);
    const value = { ...texts };
    if (validate(value)) return value;
    throw refuseAdmin("API_BAD_REQUEST", sentence(validate.errors?.[0], input));
  };
}

function sentence(error: ErrorObject | undefined, { properties }: ObjectNode): string {
  const parameters = (error?.params ?? {}) as Readonly<Record<string, unknown>>;
  if (error?.keyword === "additionalProperties") {
    const name = String(parameters["additionalProperty"]).slice(0, 80);
    const nearest = nearestWord(name, Object.keys(properties));
    const hint = nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
    const known = Object.keys(properties).join(", ");
    return `There is no parameter ${JSON.stringify(name)}; ${known === "" ? "there are none" : `there are: ${known}`}.${hint}`;
  }
  const name = error?.instancePath.slice(1) ?? "";
  const node = properties[name] ?? {};
  return `The parameter ${name} must be ${describe(node)}.`;
}

function describe({ type, enum: words, minimum, maximum, pattern, maxLength, description }: SchemaNode): string {
  if (words !== undefined) return `one of ${words.join(", ")}`;
  if (type === "integer") return `a whole number from ${minimum ?? 0} to ${maximum ?? "any"}`;
  const length = maxLength === undefined ? "" : ` of up to ${maxLength} characters`;
  const form = pattern === undefined ? "" : ` that fits ${pattern}`;
  return `given once, a text${length}${form}${description === undefined ? "" : `: ${description.replace(/\.$/, "")}`}`;
}
