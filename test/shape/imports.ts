import { posix } from "node:path";
import type { RepositoryFile } from "./repository.ts";

/** One import or re-export of a file of ours. */
export interface Import {
  /** The file that imports, relative to the repository. */
  readonly from: string;
  /** The file that is imported, relative to the repository. */
  readonly to: string;
  /** "type": erased at build (`import type`, `export type`). Inline `type` members still load the file: "value". */
  readonly kind: "value" | "type";
}

const staticImport = /^(?:import|export)\s+(type\s+(?!from\b))?(?:[\w*$]|\{[^}]*\}|[\s,])*?from\s+["']([^"']+)["']/gm;
const bareImport = /^import\s+["']([^"']+)["']/gm;
const dynamicImport = /\bimport\(\s*["']([^"']+)["']\s*\)/g;

/** The specifiers a TypeScript text imports: static imports and re-exports that begin a line (the formatter sees to
 * that), and dynamic ones outside comment lines. */
export function importsOf(text: string): readonly { specifier: string; kind: "value" | "type" }[] {
  const code = text
    .split("\n")
    .filter((line) => !/^\s*(?:\*|\/\/|\/\*)/.test(line))
    .join("\n");
  return [
    ...[...code.matchAll(staticImport)].map((match) => ({
      specifier: match[2] ?? "",
      kind: match[1] === undefined ? ("value" as const) : ("type" as const),
    })),
    ...[...code.matchAll(bareImport), ...code.matchAll(dynamicImport)].map((match) => ({
      specifier: match[1] ?? "",
      kind: "value" as const,
    })),
  ];
}

/** All imports between files of ours. A relative specifier is resolved; packages are left out. */
export function importGraph(files: readonly RepositoryFile[]): readonly Import[] {
  return files
    .filter((file) => file.path.endsWith(".ts"))
    .flatMap((file) =>
      importsOf(file.text)
        .filter(({ specifier }) => specifier.startsWith("."))
        .map(({ specifier, kind }) => ({
          from: file.path,
          to: posix.normalize(posix.join(posix.dirname(file.path), specifier)),
          kind,
        })),
    );
}

/** Each import cycle between files once, as a sentence. Imports of types count: a cycle of types is still two files
 * that cannot be read apart. */
export function importCycles(imports: readonly Import[]): readonly string[] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to]);
  const done = new Set<string>();
  const path: string[] = [];
  const found: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      found.push(`import cycle: ${[...path.slice(start), file].join(" -> ")}`);
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const target of targets.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of targets.keys()) visit(file);
  return found;
}
