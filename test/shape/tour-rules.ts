import { posix } from "node:path";
import type { RepositoryFile } from "./repository.ts";

/** Stops of the walk. */
const stops = 10;

/** What is not true in the walk of docs/tour.md: its stops are numbered and each names a file, a function that the file defines, and the
 * word in it by which the call leaves; and a name in backticks that stands before the link to a file, in brackets or with "in", is one of
 * that file. */
export function tourProblems(files: readonly RepositoryFile[], page: string): readonly string[] {
  const textOf = (link: string) => files.find(({ path }) => path === posix.join("docs", link))?.text;
  const found = [...page.matchAll(/^## (\d+)\. (.+)\n\n(.*)$/gm)];
  return [
    ...found.flatMap(([, number, title = "", line = ""], index) => [
      ...(number === String(index + 1) ? [] : [`the stop "${title}" is number ${index + 1}`]),
      ...stopProblems(title, line, textOf),
    ]),
    ...(found.length === stops ? [] : [`there are ${found.length} stops, not ${stops}`]),
    ...[...page.matchAll(/`(\w+)`\s*(?:\(|in\s+)\[`[^`]+`\]\(([^)]+)\)/g)]
      .filter(([, name = "", link = ""]) => !defines(textOf(link) ?? "", name))
      .map(([, name, link]) => `${link} does not define ${name}`),
  ];
}

function stopProblems(title: string, line: string, textOf: (link: string) => string | undefined): readonly string[] {
  const [, link = "", name = "", exit = ""] =
    /^\[`[^`]+`\]\(([^)]+)\), `(\w+)`\. Goes on by `([\w-]+)`\.$/.exec(line) ?? [];
  const text = textOf(link);
  if (text === undefined) return [`the stop "${title}" names no file, function and way on: ${line}`];
  return [
    ...(defines(text, name) ? [] : [`the stop "${title}": ${link} does not define ${name}`]),
    ...(new RegExp(`(?<![\\w-])${exit}(?![\\w-])`).test(text) ? [] : [`the stop "${title}": ${link} has no ${exit}`]),
  ];
}

/** A function, class, constant or method of this name. */
function defines(text: string, name: string): boolean {
  const declared = new RegExp(`\\b(?:function|class|const) ${name}\\b`);
  const method = new RegExp(`^ {2,}(?:async )?${name}\\(.*\\{$`, "m");
  return declared.test(text) || method.test(text);
}
