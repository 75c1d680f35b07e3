import type { RepositoryFile } from "./repository.ts";

/** One rule of a page of docs/contract: what stands from its anchor to the next one. */
export interface ContractRule {
  /** Path of the page. */
  readonly page: string;
  /** The name by which code and tests cite it. */
  readonly id: string;
  /** How sure we are of it; undefined when the mark is missing or wrong. */
  readonly certainty: string | undefined;
  /** Full names of the settings that change it. */
  readonly switches: readonly string[];
}

const markForm =
  /^\*\((documented|seen|decided)(?:; (?:switch (`[\w.*]+`)|switches (`[\w.*]+`(?:, `[\w.*]+`)+)))?\)\*$/;

/** The pages of rules: every page of docs/contract but the one that explains them. */
export function contractPages(files: readonly RepositoryFile[]): readonly RepositoryFile[] {
  return files.filter(({ path }) => /^docs\/contract\/(?!README)[\w-]+\.md$/.test(path));
}

/** Every rule of the pages, in their order. */
export function contractRules(pages: readonly RepositoryFile[]): readonly ContractRule[] {
  return pages.flatMap(({ path, text }) =>
    partsOf(text).map(({ id, marks }) => {
      const [, certainty, one, several] = markForm.exec(marks[0] ?? "") ?? [];
      return { page: path, id, certainty, switches: (one ?? several ?? "").match(/[\w.*]+/g) ?? [] };
    }),
  );
}

/** What is wrong with the form of the pages: names of rules and their place, marks, and settings that do not exist.
 * @param settings full names of all settings */
export function contractPageProblems(
  pages: readonly RepositoryFile[],
  settings: ReadonlySet<string>,
): readonly string[] {
  const ids = contractRules(pages).map(({ id }) => id);
  return [
    ...new Set(ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} is the name of two rules`)),
    ...pages.flatMap(({ path, text }) => {
      const name = path.replace(/^.*\/|\.md$/g, "");
      const misplaced = text.split("\n").filter((line) => /<a id=/.test(line) && !/^(?:#{2,4} |- )<a id=/.test(line));
      return [
        ...misplaced.map((line) => `${path}: an anchor begins a heading or a list item: ${line}`),
        ...partsOf(text).flatMap(({ id, marks }) => partProblems(path, name, id, marks)),
      ];
    }),
    ...contractRules(pages).flatMap(({ page, id, switches }) =>
      switches
        .filter((setting) => !settings.has(setting))
        .map((setting) => `${page}: ${id} names the setting ${setting}, which does not exist`),
    ),
  ];
}

/** Citations of rules that do not exist.
 * @param files code and tests */
export function citationProblems(files: readonly RepositoryFile[], rules: readonly ContractRule[]): readonly string[] {
  const known = new Set(rules.map(({ id }) => id));
  return files.flatMap(({ path, text }) =>
    citationsOf(text)
      .filter((id) => !known.has(id))
      .map((id) => `${path} cites ${id}, which is no rule of docs/contract`),
  );
}

/** Rules that no test cites.
 * @param tests files of tests */
export function uncitedProblems(rules: readonly ContractRule[], tests: readonly RepositoryFile[]): readonly string[] {
  const cited = new Set(tests.flatMap(({ text }) => citationsOf(text)));
  return rules.filter(({ id }) => !cited.has(id)).map(({ page, id }) => `${page}: no test cites ${id}`);
}

/** Citations by other means than the name of a rule: of a section, which is one of a document that readers may not have, or after
 * "Contract:" something that is none. Sections of an RFC may be cited. */
export function citationFormProblems(files: readonly RepositoryFile[]): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line) => {
      const isSection = /\bsections? \d/i.test(line) && !/\bRFC \d/.test(line);
      const hasNoName = /\bContract: (?![a-z]+-[a-z0-9-]+)/.test(line);
      return isSection || hasNoName ? [`${path} cites no rule by its name: ${line.trim()}`] : [];
    }),
  );
}

/** Names of the rules that a text cites: `Contract: events-hangup-once, events-sequence`. A comment may break between two. */
export function citationsOf(text: string): readonly string[] {
  const oneLine = text.replaceAll(/\n[ \t]*(?:\*|\/\/)[ \t]*/g, " ");
  return [...oneLine.matchAll(/\bContract: ([a-z]+-[a-z0-9-]+(?:, [a-z]+-[a-z0-9-]+)*)/g)].flatMap(([, list = ""]) =>
    list.split(", "),
  );
}

function partProblems(path: string, name: string, id: string, marks: readonly string[]): readonly string[] {
  return [
    ...(id.startsWith(`${name}-`) && /^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(id)
      ? []
      : [`${path}: ${id} is not "${name}-" and words in lower case with hyphens`]),
    ...(marks.length === 1 ? [] : [`${path}: ${id} has ${marks.length} marks, a rule has one`]),
    ...marks.filter((mark) => !markForm.test(mark)).map((mark) => `${path}: ${id} has a mark of another form: ${mark}`),
  ];
}

function partsOf(text: string): readonly { readonly id: string; readonly marks: readonly string[] }[] {
  const [, ...parts] = text.split('<a id="');
  return parts.map((part) => ({
    id: part.slice(0, part.indexOf('"')),
    marks: part.match(/\*\([^)\n]*\)\*/g) ?? [],
  }));
}
