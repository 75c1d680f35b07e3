import type { ContractError } from "./finding.ts";
import type { Redaction } from "./redaction.ts";
import { isAbsent } from "./written-values.ts";
import type { JsonObject, JsonSchema, ReadScope, Printing, Read, Shape } from "./shape.ts";

/** The facts of a field besides the shape of its value. */
export interface FieldFacts {
  /** For people: one sentence or two. */
  readonly description: string;
  /** What ACTION_FAILED says of a wrong value; default: what it says of the object around it. */
  readonly error?: ContractError;
  /** What it says of a required value that is absent; default: `error`. */
  readonly missing?: ContractError;
  /** Other spellings that count. */
  readonly aliases?: readonly string[];
  /** The field is ignored when another one is present, or when it is absent. */
  readonly ignoredWhen?: { readonly present: string } | { readonly absent: string };
  /** Events always show it, whatever was sent. */
  readonly isAlwaysReported?: true;
}

/** One member of an object. */
export interface Field<T> extends FieldFacts {
  /** As its shape says it. */
  readonly redaction: Redaction;
  readonly isRequired: boolean;
  /** Whether events always show it. */
  readonly isReported: boolean;
  /** Reads it, also when it is absent. `before`: the values of the fields before it. */
  read(sent: unknown, scope: ReadScope, before: JsonObject): Read<T> | undefined;
  schema(printing: Printing): JsonSchema;
  type(printing: Printing): string;
}

/** A field that must be there. */
export function required<const T>(shape: Shape<T>, facts: FieldFacts): Field<T> {
  return {
    ...facts,
    redaction: shape.redaction,
    isRequired: true,
    isReported: true,
    read(sent, scope) {
      if (!isAbsent(sent)) return shape.read(sent, scope);
      const { errorType, errorMessage } = facts.missing ?? scope.error;
      const consequence = { type: "action-fails", errorType, errorMessage } as const;
      scope.findings.push({ path: scope.path, what: "missing", withoutValue: "missing", consequence });
      return undefined;
    },
    schema: (printing) => describe(shape.schema(printing), facts.description),
    type: (printing) => shape.type(printing),
  };
}

/** A field that may be absent; absence has a meaning and is no default. */
export function optional<const T>(shape: Shape<T>, facts: FieldFacts): Field<T | undefined> {
  return {
    ...facts,
    redaction: shape.redaction,
    isRequired: false,
    isReported: facts.isAlwaysReported === true,
    read: (sent, scope) => (isAbsent(sent) ? { value: undefined, echo: undefined } : shape.read(sent, scope)),
    schema: (printing) =>
      describe(
        printing.form === "reported" ? shape.schema(printing) : orAbsent(shape.schema(printing)),
        facts.description,
      ),
    type: (printing) => shape.type(printing),
  };
}

/** How a default is documented. */
export interface DefaultFacts<T> extends FieldFacts {
  /** Or how it follows from the fields before. */
  readonly default: T | ((before: JsonObject) => T);
  /** Events do not show it when it was not sent. */
  readonly isDefaultHidden?: true;
}

/** A field that has a value also when it is absent. */
export function defaulted<const T>(shape: Shape<T>, facts: DefaultFacts<NoInfer<T>>): Field<T> {
  const { default: given, isDefaultHidden: isHidden, ...others } = facts;
  return {
    ...others,
    redaction: shape.redaction,
    isRequired: false,
    isReported: isHidden !== true && facts.ignoredWhen === undefined,
    read(sent, scope, before) {
      if (!isAbsent(sent)) return shape.read(sent, scope);
      const value = typeof given === "function" ? (given as (before: JsonObject) => T)(before) : given;
      return { value, echo: isHidden === true ? undefined : value };
    },
    schema: (printing) => ({
      ...describe(
        printing.form === "sent" ? orAbsent(shape.schema(printing)) : shape.schema(printing),
        facts.description,
      ),
      ...(typeof given === "function" || printing.form !== "sent" ? {} : { default: given }),
    }),
    type: (printing) => shape.type(printing),
  };
}

function describe(schema: JsonSchema, description: string): JsonSchema {
  return { description, ...schema };
}

/** `null` and an empty text count as absent. */
function orAbsent(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { enum: [null, ""] }] };
}
