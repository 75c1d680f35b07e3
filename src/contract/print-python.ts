import type { ActionShape } from "./action-shapes.ts";
import { callDetails, eventShapes, type EventShape } from "./event-shapes.ts";
import type { Fields, ObjectShape } from "./object.ts";
import type { PrintedLimits } from "./print-schemas.ts";
import type { JsonSchema } from "./shape.ts";

const head = `"""The events that a SIP media application gets, and the replies that it returns, as typed dictionaries.

Made by npm run schemas; changes here are lost.

    from offhook_types import SmaEvent, SmaReply

    def handler(event: SmaEvent, context: object) -> SmaReply: ...
"""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Optional, TypedDict, Union
`;

/** The same as `printTypes`, for Python: one module that type checkers and editors read, and that runs. */
export function printPython(actions: readonly ActionShape[], limits: PrintedLimits): string {
  const printer = new PythonPrinter(limits);
  for (const { type, parameters } of actions) {
    printer.dictionary(`${type}Parameters`, `Parameters of ${type}.`, parameters, "sent");
    const given = `    Parameters: ${type}Parameters`;
    const isNeeded = Object.values(parameters.fields).some(({ isRequired }) => isRequired);
    const always = [`    Type: Literal["${type}"]`, ...(isNeeded ? [given] : [])];
    printer.dictionaryOf(`${type}Action`, `${type} as a function sends it.`, always, isNeeded ? [] : [given]);
  }
  printer.add(
    union(
      "SmaAction",
      actions.map(({ type }) => `${type}Action`),
    ),
  );
  printer.dictionaryOf(
    "SmaReply",
    "A reply: what shall be done, and what is kept for later events.",
    ['    SchemaVersion: Literal["1.0"]'],
    ["    Actions: Optional[List[SmaAction]]", "    TransactionAttributes: Optional[Dict[str, Any]]"],
  );
  printer.dictionary("CallDetails", "The call of an event.", callDetails, "reported");
  const events = eventShapes(actions);
  for (const event of events) printEvent(printer, event);
  printer.add(
    union(
      "SmaEvent",
      events.map(({ type }) => eventName(type)),
    ),
  );
  return `${head}\n\n${printer.blocks.join("\n\n\n")}\n`;
}

function printEvent(
  printer: PythonPrinter,
  { type, description, actionData, members = {}, mayLackActionData }: EventShape,
): void {
  const data = actionData.map(({ name, shape }) => {
    printer.dictionary(name, `ActionData of ${type}.`, shape, "reported");
    return name;
  });
  const further = Object.entries(members).map(([name, field]) => {
    const line = `    ${name}: ${printer.typeOf(field.schema(printer.printing("reported")), eventName(type) + name)}`;
    return { line, isAlways: field.isRequired };
  });
  const about = `    ActionData: ${unionOf(data)}`;
  const isAbout = data.length > 0;
  printer.dictionaryOf(
    eventName(type),
    description,
    [
      '    SchemaVersion: Literal["1.0"]',
      "    Sequence: int",
      `    InvocationEventType: Literal["${type}"]`,
      ...(isAbout && mayLackActionData !== true ? [about] : []),
      "    CallDetails: CallDetails",
      ...further.flatMap(({ line, isAlways }) => (isAlways ? [line] : [])),
    ],
    [
      ...(isAbout && mayLackActionData === true ? [about] : []),
      ...further.flatMap(({ line, isAlways }) => (isAlways ? [] : [line])),
    ],
  );
}

/** Prints classes; those of nested objects come before the class that has them. */
class PythonPrinter {
  readonly blocks: string[] = [];
  readonly #limits: PrintedLimits;

  constructor(limits: PrintedLimits) {
    this.#limits = limits;
  }

  add(block: string): void {
    this.blocks.push(block);
  }

  /** A class with members that are always there, and others. Python before 3.11 has no other way to say so than two classes. */
  dictionaryOf(name: string, description: string, always: readonly string[], others: readonly string[]): void {
    const write = (head: string, lines: readonly string[]) =>
      this.add(
        `class ${head}:\n    """${description}"""${lines.length === 0 ? "" : `\n\n${lines.join("\n").trimEnd()}`}`,
      );
    if (others.length === 0) return write(`${name}(TypedDict)`, always);
    if (always.length === 0) return write(`${name}(TypedDict, total=False)`, others);
    write(`_${name}Always(TypedDict)`, always);
    return write(`${name}(_${name}Always, total=False)`, others);
  }

  printing(form: "sent" | "reported") {
    return { form, limits: this.#limits } as const;
  }

  /** A class of an object's fields. */
  dictionary(
    name: string,
    description: string,
    { fields, schema }: ObjectShape<unknown>,
    form: "sent" | "reported",
  ): void {
    const members = membersOf(fields, form);
    if (members.length === 0) {
      // A choice of objects has no fields of its own.
      this.#properties(name, description, schema(this.printing("reported")));
      return;
    }
    const lines = members.map(([member, field]) => {
      const type = this.typeOf(field.schema(this.printing("reported")), name + member);
      const isAlways = form === "sent" ? field.isRequired : field.isReported;
      return { isAlways, line: `    ${member}: ${type}\n    """${escape(field.description)}"""\n` };
    });
    const those = (wanted: boolean) => lines.flatMap(({ isAlways, line }) => (isAlways === wanted ? [line] : []));
    this.dictionaryOf(name, description, those(true), those(false));
  }

  #properties(name: string, description: string, { properties, required }: JsonSchema): void {
    const needed = (required ?? []) as readonly string[];
    const lines = Object.entries((properties ?? {}) as Readonly<Record<string, JsonSchema>>).map(
      ([member, schema]) => ({ member, line: `    ${member}: ${this.typeOf(schema, name + member)}` }),
    );
    const those = (wanted: boolean) =>
      lines.flatMap(({ member, line }) => (needed.includes(member) === wanted ? [line] : []));
    this.dictionaryOf(name, description, those(true), those(false));
  }

  /** The type of a value. @param name of the class, if it is an object with members */
  typeOf(schema: JsonSchema, name: string): string {
    const {
      type,
      enum: words,
      const: only,
      anyOf,
      oneOf,
      properties,
      items,
      additionalProperties,
    } = schema as {
      type?: string | readonly string[];
      enum?: readonly unknown[];
      const?: unknown;
      anyOf?: readonly JsonSchema[];
      oneOf?: readonly JsonSchema[];
      properties?: object;
      items?: JsonSchema;
      additionalProperties?: JsonSchema;
    };
    if (only !== undefined) return `Literal[${literal(only)}]`;
    if (words !== undefined) return `Literal[${words.map(literal).join(", ")}]`;
    const variants = anyOf ?? oneOf;
    if (variants !== undefined)
      return unionOf(variants.map((one, index) => this.typeOf(one, `${name}${index === 0 ? "" : index + 1}`)));
    if (Array.isArray(type)) return unionOf(type.map((one) => this.typeOf({ ...schema, type: one as string }, name)));
    switch (type) {
      case "string":
        return "str";
      case "integer":
        return "int";
      case "number":
        return "float";
      case "boolean":
        return "bool";
      case "null":
        return "None";
      case "array":
        return `List[${items === undefined ? "Any" : this.typeOf(items, `${name}Item`)}]`;
      case "object":
        if (properties === undefined || Object.keys(properties).length === 0)
          return `Dict[str, ${typeof additionalProperties === "object" ? this.typeOf(additionalProperties, name) : "Any"}]`;
        this.#properties(name, "A part of an event or a reply.", schema);
        return name;
      default:
        return "Any";
    }
  }
}

function membersOf(fields: Fields, form: "sent" | "reported") {
  return Object.entries(fields).filter(
    ([, { isReported, isRequired }]) => form === "sent" || isReported || !isRequired,
  );
}

function literal(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value);
}

function unionOf(types: readonly string[]): string {
  const all = [...new Set(types)];
  return all.length === 1 ? (all[0] ?? "Any") : `Union[${all.join(", ")}]`;
}

function union(name: string, members: readonly string[]): string {
  return `${name} = Union[\n${members.map((member) => `    ${member},`).join("\n")}\n]`;
}

function eventName(type: string): string {
  const words = type.split("_").map((part) => part.charAt(0) + part.slice(1).toLowerCase());
  return `${words.join("")}Event`;
}

function escape(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"""', "'''");
}
