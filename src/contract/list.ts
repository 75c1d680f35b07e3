import type { ContractError } from "./finding.ts";
import { refuse, type JsonObject, type ReadContext, type Refusal, type Shape } from "./shape.ts";
import { readText } from "./written-values.ts";
import { text } from "./text.ts";

/** How many entries a list may have, and the error of ACTION_FAILED when it has another number. */
export interface ListRules {
  readonly min?: number;
  readonly max?: number;
  /** Also for a value that is no list. */
  readonly countError?: ContractError;
}

/** A list whose entries all have the same shape. */
export function list<T>(item: Shape<T>, { min = 0, max = Infinity, countError }: ListRules = {}): Shape<readonly T[]> {
  const allowed = describeCount(min, max);
  return {
    redaction: item.redaction,
    read(sent, scope) {
      if (!Array.isArray(sent) || sent.length < min || sent.length > max) {
        return refuse(scope, sent, { allowed, ...(countError === undefined ? {} : { error: countError }) });
      }
      const entries = (sent as unknown[]).map((entry, index) =>
        item.read(entry, { ...scope, path: `${scope.path}[${index}]` }),
      );
      const good = entries.filter((entry) => entry !== undefined);
      if (good.length < entries.length) return undefined;
      return { value: good.map(({ value }) => value), echo: good.map(({ echo }) => echo) };
    },
    schema: (printing) => ({
      type: "array",
      items: item.schema(printing),
      ...(min === 0 ? {} : { minItems: min }),
      ...(max === Infinity ? {} : { maxItems: max }),
    }),
    type: (printing) => `readonly (${item.type(printing)})[]`,
  };
}

function describeCount(min: number, max: number): string {
  if (min === max) return `a list of ${min}`;
  return max === Infinity ? "a list" : `a list of ${min} to ${max}`;
}

const key = text("terminators", { pattern: /^[0-9#*]$/, allowed: "a key: 0 to 9, # or *" });

/** Keys of a telephone that end something, each `0` to `9`, `#` or `*`. */
export function keyList(): Shape<readonly string[]> {
  const keys = list(key);
  return { ...keys, type: () => 'readonly ("0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "#" | "*")[]' };
}

/** A map of names to texts; values that are no text become their JSON. All of it may be about a person. */
export function textMap(
  check: (texts: Readonly<Record<string, string>>, context: ReadContext) => Refusal | undefined = () => undefined,
): Shape<Readonly<Record<string, string>>> {
  return {
    redaction: "text",
    read(sent, scope) {
      if (typeof sent !== "object" || sent === null) return refuse(scope, sent, { allowed: "an object of texts" });
      const entries = Object.entries(sent as JsonObject).map(([name, entry]) => [
        name,
        readText(entry) ?? JSON.stringify(entry),
      ]);
      const value = Object.fromEntries(entries) as Record<string, string>;
      const refusal = check(value, scope.context);
      return refusal === undefined ? { value, echo: value } : refuse(scope, sent, refusal);
    },
    schema: ({ form }) => ({
      type: "object",
      ...(form !== "sent" ? { additionalProperties: { type: "string" } } : {}),
    }),
    type: () => "Readonly<Record<string, string>>",
  };
}
