import type { Field } from "./field.ts";
import type { Redaction } from "./redaction.ts";
import { isAbsent } from "./written-values.ts";
import {
  noteNoEffect,
  takesNoEffect,
  refuse,
  type JsonObject,
  type ReadScope,
  type JsonSchema,
  type Printing,
  type ReadContext,
  type Refusal,
  type Shape,
} from "./shape.ts";
import { askNearest, describeFound } from "./wording.ts";

/** The members of an object by name; they are read in this order. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What is read from such fields. */
export type ValuesOf<F extends Fields> = { readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never };

/** A rule between fields that are valid by themselves; returns the field that breaks it, and why. */
export type ObjectRule<F extends Fields> = (
  values: ValuesOf<F>,
  context: ReadContext,
) => (Refusal & { readonly field: string }) | undefined;

/** An object. */
export interface ObjectShape<T> extends Shape<T> {
  readonly fields: Fields;
}

/** An object with these fields; others have no effect. Contract: leniency-unknown-parameters */
export function object<F extends Fields>(fields: F, rules: readonly ObjectRule<F>[] = []): ObjectShape<ValuesOf<F>> {
  const members = Object.entries(fields);
  const names = Object.keys(fields);
  // An object that has its members from the start is filled several times as fast as one that gets them one by one.
  const unread = Object.fromEntries(names.map((name) => [name, undefined]));
  const known = new Set(members.flatMap(([name, { aliases = [] }]) => [name, ...aliases]));
  return {
    fields,
    redaction: { members: redactionOfFields(members) },
    read(sent, scope) {
      if (!isObject(sent)) return refuse(scope, sent, { allowed: "an object" });
      const values: Record<string, unknown> = { ...unread };
      const echo: Record<string, unknown> = { ...sent };
      let isGood = true;
      for (const [name, field] of members) {
        const isIgnored = isIgnoredIn(sent, field);
        const read = field.read(
          isIgnored ? undefined : pick(sent, name, field),
          scopeOfField(scope, name, field),
          values,
        );
        isGood &&= read !== undefined;
        values[name] = read?.value;
        if (read?.echo !== undefined && !isIgnored) echo[name] = read.echo;
      }
      noteUnknownMembers(scope, sent, names, known);
      const value = values as ValuesOf<F>;
      if (!isGood) return undefined;
      for (const rule of rules) {
        const broken = rule(value, scope.context);
        if (broken === undefined) continue;
        const field = fields[broken.field];
        if (field !== undefined) refuse(scopeOfField(scope, broken.field, field), sent[broken.field], broken);
        return undefined;
      }
      return { value, echo };
    },
    schema: (printing) => schemaOf(fields, printing),
    type: (printing) => printMembers(fields, printing),
  };
}

function redactionOfFields(
  members: readonly (readonly [string, Field<unknown>])[],
): Readonly<Record<string, Redaction>> {
  return Object.fromEntries(
    members.flatMap(([name, { aliases = [], redaction }]) => [name, ...aliases].map((one) => [one, redaction])),
  );
}

function isIgnoredIn(sent: JsonObject, { ignoredWhen: other }: Field<unknown>): boolean {
  if (other === undefined) return false;
  return "present" in other ? !isAbsent(sent[other.present]) : isAbsent(sent[other.absent]);
}

/** The fields of an object as JSON Schema. Those that may be ignored are only looked at where they are not. */
function schemaOf(fields: Fields, printing: Printing): JsonSchema {
  const entries = Object.entries(fields);
  const isAlways = (field: Field<unknown>) => (printing.form === "sent" ? field.isRequired : field.isReported);
  const always = entries.filter(([, field]) => isAlways(field)).map(([name]) => name);
  const rules = printing.form === "sent" ? entries.flatMap(([name, field]) => ruleOf(name, field, printing)) : [];
  const schemaIn = (field: Field<unknown>) =>
    rules.length > 0 && field.ignoredWhen !== undefined ? { description: field.description } : field.schema(printing);
  return {
    type: "object",
    ...(always.length === 0 ? {} : { required: always }),
    properties: Object.fromEntries(entries.map(([name, field]) => [name, schemaIn(field)])),
    ...(rules.length === 0 ? {} : { allOf: rules }),
  };
}

/** Where a field that may be ignored counts, and what it must be there. */
function ruleOf(name: string, field: Field<unknown>, printing: Printing): readonly JsonSchema[] {
  const { ignoredWhen: other } = field;
  if (other === undefined) return [];
  const otherName = "present" in other ? other.present : other.absent;
  const isThere = { required: [otherName], properties: { [otherName]: { not: { enum: [null, ""] } } } };
  const rule = { properties: { [name]: field.schema(printing) } };
  // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
  return ["present" in other ? { if: isThere, else: rule } : { if: isThere, then: rule }];
}

/** The same as the text of a TypeScript object type. */
function printMembers(fields: Fields, printing: Printing): string {
  const lines = Object.entries(fields).map(([name, field]) => {
    const isAlways = printing.form === "sent" ? field.isRequired : field.isReported;
    return `/** ${field.description}${remarksOn(field, printing)} */\nreadonly ${name}${isAlways ? "" : "?"}: ${field.type(printing)};`;
  });
  return lines.length === 0 ? "Readonly<Record<string, unknown>>" : `{\n${lines.join("\n")}\n}`;
}

/** Range and default of a field, for people. */
function remarksOn(field: Field<unknown>, printing: Printing): string {
  if (printing.form !== "sent") return "";
  const { default: usual } = field.schema(printing);
  const { minimum, maximum } = boundsIn(field.schema(printing));
  const range =
    minimum === undefined ? "" : ` ${maximum === undefined ? `${minimum} or more` : `${minimum} to ${maximum}`}.`;
  return `${range}${usual === undefined ? "" : ` Default: ${JSON.stringify(usual)}.`}`;
}

/** The bounds of a number, also where it may be absent or sent as text. */
function boundsIn(schema: JsonSchema): { readonly minimum?: number; readonly maximum?: number } {
  const { anyOf: [first] = [] } = schema as { readonly anyOf?: readonly JsonSchema[] };
  return first === undefined ? schema : boundsIn(first);
}

/** The value as it was sent under any of the field's names. */
function pick(sent: JsonObject, name: string, { aliases }: Field<unknown>): unknown {
  const value = sent[name];
  return aliases === undefined || !isAbsent(value) ? value : firstOf(sent, aliases);
}

function firstOf(sent: JsonObject, names: readonly string[]): unknown {
  return names.map((name) => sent[name]).find((value) => !isAbsent(value));
}

function scopeOfField({ path, context, error, findings }: ReadScope, name: string, field: Field<unknown>): ReadScope {
  return { path: path === "" ? name : `${path}.${name}`, context, error: field.error ?? error, findings };
}

/** Adds findings for members that are not read, up to the limit. `known`: names that count, `shown` those that are asked for. */
export function noteUnknownMembers(
  scope: Pick<ReadScope, "path" | "findings">,
  sent: JsonObject,
  shown: readonly string[],
  known: ReadonlySet<string> = new Set(shown),
): void {
  for (const name of Object.keys(sent)) {
    if (known.has(name)) continue;
    if (!takesNoEffect(scope)) return;
    const question = askNearest(name, shown);
    const what = question === undefined ? "unknown" : `unknown, ${question}`;
    noteNoEffect({ ...scope, path: memberPath(scope.path, name) }, { what, withoutValue: what });
  }
}

function memberPath(path: string, name: string): string {
  const segment = /^[A-Za-z_]\w{0,79}$/.test(name) ? `.${name}` : `[${describeFound(name)}]`;
  return path === "" && segment.startsWith(".") ? name : path + segment;
}

/** Whether this is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
