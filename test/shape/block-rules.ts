import type { RepositoryFile } from "./repository.ts";

/** A fenced block of a page. */
export interface Block {
  readonly page: string;
  /** Of its fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** What stands behind the language: `by` and `unrun` for commands, `of` for YAML that is none of ours. */
  readonly marks: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Why commands of a page are run by no test, as in ```` ```sh unrun=minutes ````. */
export const unrunReasons = {
  minutes: "measures or searches for minutes; the same code is tested in short",
  audio: "waits for half a minute of audio; the same call is played in virtual time by the test of its example",
  systemd: "asks the manager of services of a machine that has one",
} as const;

/** A page may show these. `sh` are commands, and run; what a program prints is `text`. */
const languages = ["sh", "text", "yaml", "json", "js", "ts", "python"];
/** YAML that is no configuration of this server. */
const otherYaml = ["scene", "prometheus"];

/** The pages of a reader: README.md and docs/; the contract, beside it, has no commands. */
export const isGuide = ({ path }: { readonly path: string }): boolean => /^(README|docs\/[^/]+)\.md$/.test(path);

/** All blocks of a page, those in lists without their indentation. */
export function blocksOf({ path, text }: RepositoryFile): readonly Block[] {
  return [...text.matchAll(/^( *)```(.*)\n([^]*?)^ *```$/gm)].map((found) => {
    const [, indent = "", info = "", body = ""] = found;
    const [language = "", ...words] = info.split(" ");
    const marks = Object.fromEntries(words.map((word) => [word.split("=", 1)[0], word.replace(/^[^=]*=?/, "")]));
    const line = text.slice(0, found.index).split("\n").length;
    return { page: path, line, language, marks, text: body.replaceAll(new RegExp(`^${indent}`, "gm"), "") };
  });
}

/** The commands of a block: its lines, joined where one ends with a backslash. */
export function commandsOf({ text }: Block): readonly string[] {
  return text
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter(Boolean);
}

/** Blocks of which it cannot be said what they are, or why nothing runs them. */
export function blockProblems(files: readonly RepositoryFile[]): readonly string[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  return files
    .filter(isGuide)
    .flatMap(blocksOf)
    .flatMap((block) => problemsOf(block, texts).map((problem) => `${block.page}:${block.line}: ${problem}`));
}

function problemsOf(block: Block, texts: ReadonlyMap<string, string>): readonly string[] {
  const { language, marks } = block;
  const allowed = language === "sh" ? ["by", "unrun"] : language === "yaml" ? ["of"] : [];
  const unknown = Object.keys(marks).filter((mark) => !allowed.includes(mark));
  const by = marks["by"]?.split(",") ?? [];
  return [
    ...(languages.includes(language) ? [] : [`is of "${language}"; a block is of ${languages.join(", ")}`]),
    ...unknown.map((mark) => `"${mark}" is no mark of ${language}`),
    ...(marks["of"] === undefined || otherYaml.includes(marks["of"]) ? [] : [`YAML of "${marks["of"]}"`]),
    ...(marks["unrun"] === undefined || Object.hasOwn(unrunReasons, marks["unrun"])
      ? []
      : [`"${marks["unrun"]}" is no reason; there are ${Object.keys(unrunReasons).join(", ")}`]),
    ...(by.length > 0 && marks["unrun"] !== undefined ? ["is run and unrun"] : []),
    ...by.filter((path) => !texts.has(path)).map((path) => `${path}, which runs it, does not exist`),
    ...(by.length > 0 ? programsOf(block) : [])
      .filter((program) => !by.some((path) => texts.get(path)?.includes(program)))
      .map((program) => `none of ${by.join(", ")} runs ${program}`),
  ];
}

function programsOf(block: Block): readonly string[] {
  const programs = commandsOf(block).flatMap((line) => line.split("&&").map((part) => part.trim().split(" ")[0] ?? ""));
  return [...new Set(programs)].filter((program) => program !== "cd");
}
