import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { errorMessage } from "../../kernel/index.ts";

/** A path in a configuration: keys and list indexes from the top. */
export type ConfigPath = readonly (string | number)[];

/** A problem of the configuration. `order` sorts problems by position. */
export interface Problem {
  /** File with line and column, or a variable. */
  readonly location: string;
  /** For example `sip.listen[0]`; "" for the whole. */
  readonly path: string;
  /** What was found and what would be right, one sentence without a full stop. */
  readonly message: string;
  readonly order: number;
}

/** A configuration with the positions of its values in the file. */
export interface ConfigDocument {
  readonly values: unknown;
  /** The problem at a value, or at the key of an entry. If it has no position, that of the nearest value above it. */
  problemAt(path: ConfigPath, message: string, part?: "key" | "value"): Problem;
  /** The text of a value as it is written, when it has one. */
  sourceOf(path: ConfigPath): string | undefined;
}

/** Writes a path: `applications[0].name`. */
export function printPath(path: ConfigPath): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === "number") return `${text}[${segment}]`;
    return text === "" ? segment : `${text}.${segment}`;
  }, "");
}

/** Reads YAML 1.2 text. Returns the problems instead when it is not well-formed.
 * @param name what positions begin with, usually the file name */
export function parseConfigText(
  text: string,
  name: string,
): { readonly document: ConfigDocument } | { readonly problems: readonly Problem[] } {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problemAtOffset = (offset: number, path: string, message: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { location: `${name}:${Math.max(1, line)}:${Math.max(1, col)}`, path, message, order: offset };
  };
  const faults = [...yaml.errors, ...yaml.warnings];
  if (faults.length > 0) {
    return { problems: faults.map(({ pos, message }) => problemAtOffset(pos[0], "", readable(message))) };
  }
  try {
    const document: ConfigDocument = {
      values: withoutNulls(yaml.toJS() as unknown) ?? {},
      problemAt: (path, message, part = "value") =>
        problemAtOffset(offsetOf(yaml, path, part), printPath(path), message),
      sourceOf(path) {
        const node = yaml.getIn(path, true);
        return isScalar(node) ? node.source : undefined;
      },
    };
    return { document };
  } catch (error) {
    return { problems: [problemAtOffset(0, "", readable(errorMessage(error)))] };
  }
}

/** The parser overflows the stack for values nested too deeply, and for an alias inside the value that it names. */
function readable(message: string): string {
  return message.startsWith("Maximum call stack")
    ? "it is nested too deeply, or an alias (*name) stands within what it names (&name)"
    : message;
}

/** A configuration that is not in a file: all its positions are `name`. */
export function documentOf(values: unknown, name: string): ConfigDocument {
  return {
    values,
    problemAt: (path, message) => ({ location: name, path: printPath(path), message, order: 0 }),
    sourceOf: () => undefined,
  };
}

function offsetOf(yaml: Document, path: ConfigPath, part: "key" | "value"): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const above = path.slice(0, length);
    const node = part === "key" && length === path.length ? keyNode(yaml, above) : yaml.getIn(above, true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyNode(yaml: Document, path: ConfigPath): unknown {
  const parent = yaml.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  return parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)))?.key;
}

/** A key with nothing after it counts as absent. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}
