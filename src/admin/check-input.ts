import { Ajv, type ErrorObject, type Options, type ValidateFunction } from "ajv";
import { nearestWord } from "../kernel/index.ts";
import { refuseAdmin } from "./refuse-admin.ts";
import type { AdminOperation } from "./operation.ts";
import type { ObjectNode, SchemaNode } from "./shapes/schema-node.ts";

/** Reads the input of an operation out of the texts of path and query, and its body: gives it with defaults, or throws `API_BAD_REQUEST`, which names what is
 * wrong and what would be right. */
export type InputCheck = (
  operation: AdminOperation,
  texts: Readonly<Record<string, unknown>>,
  body: () => unknown,
) => object;

/** Makes the check. What an operation declares is compiled when it is first asked for. */
export function createInputCheck(): InputCheck {
  const ofTexts = createCheck({ coerceTypes: true, useDefaults: true }, "parameter");
  const ofBody = createCheck({ useDefaults: true }, "member");
  return ({ id, input, body: declared }, texts, body) => {
    const read = ofTexts(id, input, texts);
    if (declared === undefined) return read;
    const given = body() ?? {};
    if (typeof given !== "object" || given === null || Array.isArray(given))
      throw refuseAdmin("API_BAD_REQUEST", "The body must be a JSON object.");
    return { ...read, ...ofBody(id, declared, given) };
  };
}

type Check = (id: string, node: ObjectNode, values: object) => object;

function createCheck(options: Pick<Options, "coerceTypes" | "useDefaults">, noun: string): Check {
  const ajv = new Ajv({ ...options, strict: false, code: { optimize: false } });
  const compiled = new Map<string, ValidateFunction>();
  return (id, node, values) => {
    const validate = compiled.get(id) ?? ajv.compile(node);
    compiled.set(id, validate);
    const value = { ...values };
    if (validate(value)) return value;
    throw refuseAdmin("API_BAD_REQUEST", sentence(validate.errors?.[0], node, noun));
  };
}

function sentence(error: ErrorObject | undefined, { properties }: ObjectNode, noun: string): string {
  const parameters = (error?.params ?? {}) as Readonly<Record<string, unknown>>;
  if (error?.keyword === "additionalProperties") {
    const name = String(parameters["additionalProperty"]).slice(0, 80);
    const nearest = nearestWord(name, Object.keys(properties));
    const hint = nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
    const known = Object.keys(properties).join(", ");
    return `There is no ${noun} ${JSON.stringify(name)}; ${known === "" ? "there are none" : `there are: ${known}`}.${hint}`;
  }
  if (error?.keyword === "required") return `The ${noun} ${String(parameters["missingProperty"])} is missing.`;
  const [name = "", ...inside] = error?.instancePath.slice(1).split("/") ?? [];
  if (inside.length > 0) return `The ${noun} ${error?.instancePath.slice(1, 200)} ${error?.message}.`;
  return `The ${noun} ${name} must be ${describe(properties[name] ?? {})}.`;
}

function describe({ type, enum: words, minimum, maximum, pattern, maxLength, description }: SchemaNode): string {
  if (words !== undefined) return `one of ${words.join(", ")}`;
  if (type === "object") return "an object";
  if (type === "array") return "a list";
  if (type === "integer") return `a whole number from ${minimum ?? 0} to ${maximum ?? "any"}`;
  const length = maxLength === undefined ? "" : ` of up to ${maxLength} characters`;
  const form = pattern === undefined ? "" : ` that fits ${pattern}`;
  return `given once, a text${length}${form}${description === undefined ? "" : `: ${description.replace(/\.$/, "")}`}`;
}
