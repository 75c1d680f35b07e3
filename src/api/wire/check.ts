import type { Constraint } from "./constraint.ts";
import { constraints } from "./constraints.ts";
import { describeExpected, describeFound } from "./describe.ts";
import type { Member, OperationModel, Shape } from "./model.ts";

/** The three parts of a request that members come from. */
export interface RawRequest {
  /** Decoded path labels by member name. */
  readonly labels: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The parsed body; undefined when it was empty. */
  readonly body: unknown;
}

/** The outcome of a check. `input` has exactly the members that were given and are known. */
export type CheckedRequest =
  | { readonly type: "valid"; readonly input: Readonly<Record<string, unknown>> }
  | { readonly type: "invalid"; readonly problems: readonly string[] };

/** Converts one value; adds what is wrong with it to `problems`, as sentences. */
type Read = (value: unknown, at: string, problems: string[]) => unknown;

/** Problems told in one answer; the rest would only hide them. Contract: api-all-faults-told */
const mostProblems = 5;

/** Builds the check of an operation's requests from its schema and the constraints table. Built once, at start.
 * Contract: api-checked-here, api-absent-members */
export function compileCheck(operation: OperationModel): (request: RawRequest) => CheckedRequest {
  const members = operation.input.map((member) => ({ ...member, ...compileMember(operation.inputName, member) }));
  return ({ labels, query, body }) => {
    if (body !== undefined && !isObject(body)) {
      return { type: "invalid", problems: [`The body is ${describeFound(body)}; it must be a JSON object.`] };
    }
    const problems: string[] = [];
    const input: [string, unknown][] = [];
    for (const { name, binding, shape, read } of members) {
      let given: unknown;
      if (binding.in === "path") given = labels[name];
      else if (binding.in === "query") given = readQuery(query[binding.name], shape);
      else given = body === undefined ? undefined : own(body, name);
      const value = read(given, name, problems);
      if (value !== undefined) input.push([name, value]);
    }
    if (problems.length > 0) return { type: "invalid", problems: problems.slice(0, mostProblems) };
    return { type: "valid", input: Object.fromEntries(input) };
  };
}

/** A query value in the type of its member; what cannot be converted stays a string and is refused by the check. */
function readQuery(given: string | readonly string[] | undefined, shape: Shape): unknown {
  const text = typeof given === "string" || given === undefined ? given : given[0];
  if (text !== undefined && shape.type === "number" && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (shape.type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}

function compileMember(structure: string, member: Member): { readonly read: Read } {
  const constraint = constraints[`${structure}.${member.name}`];
  const required = member.required || constraint?.required === true;
  const expected = describeExpected(member.shape, constraint);
  const readPresent = compileShape(member.shape, constraint);
  return {
    read(value, at, problems) {
      const isAbsent = value === undefined || value === null || (value === "" && constraint?.emptyIsAbsent === true);
      if (!isAbsent) return readPresent(value, at, problems);
      if (required) problems.push(`${at} is missing; it must be ${expected}.`);
      return undefined;
    },
  };
}

function compileShape(shape: Shape, constraint: Constraint | undefined): Read {
  const expected = describeExpected(shape, constraint);
  switch (shape.type) {
    case "string":
    case "timestamp":
      return (value, at, problems) => readString(value, at, problems, constraint, expected);
    case "number":
      return (value, at, problems) => readNumber(value, at, problems, constraint, expected);
    case "boolean":
      return (value, at, problems) => {
        if (typeof value !== "boolean") problems.push(wrong(at, value, expected));
        return value;
      };
    case "list":
      return compileList(compileShape(shape.item, constraint?.item), constraint, expected);
    case "map":
      return compileMap(compileShape(shape.value, undefined), constraint, expected);
    case "structure":
      return compileStructure(shape.name, shape.members, expected);
    default:
      return shape satisfies never;
  }
}

function readString(
  value: unknown,
  at: string,
  problems: string[],
  constraint: Constraint | undefined,
  expected: string,
): unknown {
  const isRight =
    typeof value === "string" &&
    isWithin(constraint?.length, countCharacters(value, constraint)) &&
    constraint?.pattern?.test(value) !== false &&
    constraint?.values?.includes(value) !== false &&
    constraint?.test?.(value) !== false;
  if (isRight) return value;
  if (constraint?.isSecret === true) problems.push(`${at} must be ${expected}.`);
  else problems.push(wrong(at, value, expected));
  return value;
}

function readNumber(
  value: unknown,
  at: string,
  problems: string[],
  constraint: Constraint | undefined,
  expected: string,
): unknown {
  const isRight = typeof value === "number" && Number.isInteger(value) && isWithin(constraint?.range, value);
  if (!isRight) problems.push(wrong(at, value, expected));
  return value;
}

function compileList(readItem: Read, constraint: Constraint | undefined, expected: string): Read {
  return (value, at, problems) => {
    if (!Array.isArray(value)) {
      problems.push(wrong(at, value, expected));
      return undefined;
    }
    if (!isWithin(constraint?.entries, value.length)) {
      problems.push(wrongCount(at, value.length, expected));
      return undefined;
    }
    return value.map((item, index) => readItem(item, `${at}[${index}]`, problems));
  };
}

function compileMap(readValue: Read, constraint: Constraint | undefined, expected: string): Read {
  return (value, at, problems) => {
    if (!isObject(value)) {
      problems.push(wrong(at, value, expected));
      return undefined;
    }
    const entries = Object.entries(value);
    if (!isWithin(constraint?.entries, entries.length)) {
      problems.push(wrongCount(at, entries.length, expected));
      return undefined;
    }
    return Object.fromEntries(
      entries.map(([key, item]) => [key, readValue(item, `${at}[${describeFound(key)}]`, problems)]),
    );
  };
}

function compileStructure(name: string, members: readonly Member[], expected: string): Read {
  const compiled = members.map((member) => ({ name: member.name, read: compileMember(name, member).read }));
  return (value, at, problems) => {
    if (!isObject(value)) {
      problems.push(wrong(at, value, expected));
      return undefined;
    }
    const entries = compiled.map((member) => [
      member.name,
      member.read(own(value, member.name), `${at}.${member.name}`, problems),
    ]);
    return Object.fromEntries(entries.filter(([, item]) => item !== undefined)) as unknown;
  };
}

/** Counts code points, only when the result can matter for a limit. */
function countCharacters(value: string, constraint: Constraint | undefined): number {
  return constraint?.length !== undefined && value.length > constraint.length[1] ? [...value].length : value.length;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An own member of the object, never an inherited one. */
function own(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function isWithin(range: readonly [number, number] | undefined, value: number): boolean {
  return range === undefined || (value >= range[0] && value <= range[1]);
}

function wrong(at: string, found: unknown, expected: string): string {
  return `${at} is ${describeFound(found)}; it must be ${expected}.`;
}

function wrongCount(at: string, count: number, expected: string): string {
  return `${at} has ${count} ${count === 1 ? "entry" : "entries"}; it must be ${expected}.`;
}
