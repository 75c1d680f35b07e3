import type { ObjectShape } from "../../contract/index.ts";

/** How much of a reply is read. Everything in the contract is far shorter; the rest is cut before the reply is checked. Contract:
 * leniency-reply-long */
const bounds = { textLength: 16_384, entries: 1_000, depth: 64, size: 131_072 } as const;
/** Most cuts that are reported. */
const mostCuts = 10;
const longestPath = 200;
/** Attributes are read up to this multiple of what may be stored, so that the reported size is mostly exact. */
const attributesFactor = 4;
/** The size of a value besides its texts, in characters. */
const valueSize = 8;
/** In a JSON text of this length no text, list or object is too long: each entry takes two characters. */
const shortText = 2_000;
/** The size of what a JSON text says is less than this multiple of its length. */
const sizeOfCharacter = valueSize + 1;

const attributes = "TransactionAttributes";
const listOfActions = "Actions";
const namesOfReplies = ["SchemaVersion", "Type", attributes, listOfActions, "Parameters"];

interface BoundedMachine {
  readonly rules: { readonly actions: ReadonlyMap<string, { readonly parameters: ObjectShape<unknown> }> };
  readonly config: { readonly limits: { readonly attributes: { readonly bytes: number } } };
}

/** The bounds of replies to a machine with these settings. */
export function replyBounds({ rules: { actions }, config: { limits } }: BoundedMachine): ReplyBounds {
  const fields = [...actions.values()].flatMap(({ parameters }) => Object.entries(parameters.fields));
  const knownNames = [...new Set(fields.flatMap(([name, { aliases = [] }]) => [name, ...aliases]))];
  return { knownNames, attributeBytes: limits.attributes.bytes };
}

/** A part of a reply that was cut. */
export interface Cut {
  /** For example `Actions[0].Type`. */
  readonly path: string;
  /** What was found, and what is read of it. */
  readonly what: string;
  /** Of a list: how many entries it has. */
  readonly count?: number;
}

/** What the bounds depend on; plain data. */
export interface ReplyBounds {
  /** Names of parameters: these are read before others of their object, which may be as long as they like. */
  readonly knownNames: readonly string[];
  /** Largest TransactionAttributes, bytes. */
  readonly attributeBytes: number;
}

/** A reply short enough for all further work, and what was cut; no cuts: it is as it was sent. */
export interface BoundedReply {
  readonly value: unknown;
  readonly cuts: readonly Cut[];
}

interface Reading {
  /** Names that are read before others, with their rank. */
  readonly known: ReadonlyMap<string, number>;
  readonly cuts: Cut[];
  readonly most: { readonly textLength: number; readonly entries: number };
  /** Characters that may still be read. */
  sizeLeft: number;
  /** Of TransactionAttributes, apart from the others. */
  readonly attributeSize: number;
}

/** Whether a reply is so short that nothing of it is cut, by its JSON text. Most are, and to read one by its bounds takes ten times as long as to parse it. */
export function isWithinBounds(text: string, { attributeBytes }: ReplyBounds): boolean {
  if (text.length > shortText || text.length * sizeOfCharacter > attributesFactor * attributeBytes) return false;
  let levels = 0;
  for (let index = 0; index < text.length; index++) if (opens(text.charCodeAt(index))) levels++;
  return levels <= bounds.depth;
}

/** Whether an object or a list begins with this character; in a text as well, which does no harm. */
const opens = (code: number): boolean => code === 0x7b || code === 0x5b;

/** Cuts a reply: long texts, long lists, objects of many members, deep values, and from some place on everything. Takes time in proportion to
 * the reply, so long ones go to the thread for it (`createTextThreads`). */
export function boundReply(value: unknown, { knownNames, attributeBytes }: ReplyBounds): BoundedReply {
  const reading: Reading = {
    known: new Map([...namesOfReplies, ...knownNames].map((name, index) => [name, index])),
    cuts: [],
    most: bounds,
    sizeLeft: bounds.size,
    attributeSize: attributesFactor * attributeBytes,
  };
  return { value: read(value, "", 0, reading), cuts: reading.cuts };
}

function read(value: unknown, path: string, depth: number, reading: Reading): unknown {
  reading.sizeLeft -= valueSize;
  if (typeof value === "string") return readText(value, path, reading);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= bounds.depth) {
    cut(reading, path, `deeper than ${bounds.depth} levels; what is below is not read`);
    return null;
  }
  return Array.isArray(value)
    ? readList(value as unknown[], path, depth, reading)
    : readObject(value as Readonly<Record<string, unknown>>, path, depth, reading);
}

function readText(text: string, path: string, reading: Reading): string {
  const most = Math.max(0, Math.min(reading.most.textLength, reading.sizeLeft));
  reading.sizeLeft -= Math.min(text.length, most);
  if (text.length <= most) return text;
  cut(reading, path, `${text.length} characters; the first ${most} are read`);
  return text.slice(0, most);
}

function readList(list: readonly unknown[], path: string, depth: number, reading: Reading): readonly unknown[] {
  const kept: unknown[] = [];
  for (const entry of list) {
    if (isFull(kept.length, reading)) {
      cut(reading, path, `${list.length} entries; the first ${kept.length} are read`, list.length);
      break;
    }
    kept.push(read(entry, `${path}[${kept.length}]`, depth + 1, reading));
  }
  return kept;
}

function readObject(
  object: Readonly<Record<string, unknown>>,
  path: string,
  depth: number,
  reading: Reading,
): Readonly<Record<string, unknown>> {
  const names = Object.keys(object);
  const rankOf = (name: string) => reading.known.get(name) ?? Infinity;
  const isKnown = (name: string) => reading.known.has(name);
  const known = names.filter(isKnown).sort((one, other) => rankOf(one) - rankOf(other));
  const kept = new Map<string, unknown>();
  for (const name of [...known, ...names.filter((one) => !isKnown(one))]) {
    if (isFull(kept.size, reading)) {
      cut(reading, path, `${names.length} members; ${kept.size} of them are read`);
      break;
    }
    const shortName = readText(name, path, reading);
    kept.set(shortName, readMember(object[name], path === "" ? shortName : `${path}.${shortName}`, depth, reading));
  }
  return Object.fromEntries(inOrderOf(names, kept));
}

/** The members as they were sent, with shortened names at the end. */
function inOrderOf(names: readonly string[], kept: Map<string, unknown>): readonly (readonly [string, unknown])[] {
  const asSent = names.filter((name) => kept.has(name));
  return [...new Set([...asSent, ...kept.keys()])].map((name) => [name, kept.get(name)]);
}

function readMember(value: unknown, path: string, depth: number, reading: Reading): unknown {
  if (depth > 0 || path !== attributes) return read(value, path, depth + 1, reading);
  const most = { textLength: reading.attributeSize, entries: reading.attributeSize };
  return read(value, path, depth + 1, { ...reading, most, sizeLeft: reading.attributeSize });
}

function isFull(kept: number, { most, sizeLeft }: Reading): boolean {
  return kept >= most.entries || sizeLeft <= 0;
}

function cut({ cuts }: Reading, path: string, what: string, count?: number): void {
  const isNeeded = path === listOfActions || (isOfAttributes(path) && findAttributesCut(cuts) === undefined);
  if (!isNeeded && cuts.length >= mostCuts) return;
  cuts.push({ path: path.slice(0, longestPath), what, ...(count === undefined ? {} : { count }) });
}

/** How many actions were sent; undefined: as many as were read. */
export function countActions(cuts: readonly Cut[]): number | undefined {
  return cuts.find(({ path }) => path === listOfActions)?.count;
}

/** A cut as a redacted history keeps it: names of the function's own are left out, those of the contract stay. */
export function redactCut({ path, ...others }: Cut): Cut {
  if (path === listOfActions) return { ...others, path };
  return { ...others, path: isOfAttributes(path) ? attributes : "" };
}

/** The cut of the attributes, if there is one: what is left of them is not what the function meant to store. */
export function findAttributesCut(cuts: readonly Cut[]): Cut | undefined {
  return cuts.find(({ path }) => isOfAttributes(path));
}

/** Whether this is the path of TransactionAttributes, or of something in them. */
export function isOfAttributes(path: string): boolean {
  return path === attributes || path.startsWith(`${attributes}.`);
}
