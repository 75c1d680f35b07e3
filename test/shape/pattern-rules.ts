import { parse, type Node } from "acorn";
import { analyse } from "scslre";

/** A regular expression of the source, or a place where one is made at run time. */
interface Found {
  readonly line: number;
  readonly pattern: RegExp | undefined;
}

/** Regular expressions whose cost grows faster than their input: two repetitions that can share a run of characters, or one that is begun
 * again at each character of it. Such a thing is written as a scanner, or so that what is repeated cannot be told apart in two ways.
 * @param script text of a built file */
export function slowPatterns(path: string, script: string): readonly string[] {
  return patternsOf(script).flatMap(({ line, pattern }) => {
    if (pattern === undefined) return [];
    const { reports } = analyse({ source: pattern.source, flags: pattern.flags });
    return reports.length === 0 ? [] : [`${path}:${line} ${pattern} takes more than linear time`];
  });
}

/** Places where a regular expression is made at run time, which the rule above cannot see. */
export function madePatterns(path: string, script: string): readonly string[] {
  return patternsOf(script).some(({ pattern }) => pattern === undefined) ? [path] : [];
}

function patternsOf(script: string): Found[] {
  const found: Found[] = [];
  const tree = parse(script, { ecmaVersion: "latest", sourceType: "module", locations: true, allowHashBang: true });
  eachNode(tree, (node) => {
    const line = node.loc?.start.line ?? 0;
    if (node.type === "Literal" && node.regex !== undefined) {
      found.push({ line, pattern: new RegExp(node.regex.pattern, node.regex.flags) });
    }
    if (node.type === "NewExpression" && node.callee?.name === "RegExp") found.push({ line, pattern: undefined });
  });
  return found;
}

interface AnyNode extends Node {
  readonly regex?: { readonly pattern: string; readonly flags: string };
  readonly callee?: { readonly name?: string };
}

function eachNode(value: unknown, tell: (node: AnyNode) => void): void {
  if (Array.isArray(value)) for (const entry of value) eachNode(entry, tell);
  if (typeof value !== "object" || value === null || !("type" in value)) return;
  tell(value as AnyNode);
  for (const inner of Object.values(value)) eachNode(inner, tell);
}
