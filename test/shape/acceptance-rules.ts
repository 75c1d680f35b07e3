import type { RepositoryFile } from "./repository.ts";

/** One row of the table of docs/meetings-acceptance.md. */
interface AcceptanceRow {
  readonly number: number;
  /** Paths of the tests that show it. */
  readonly tests: readonly string[];
  /** Scripts of package.json that show what takes load or time. */
  readonly scripts: readonly string[];
}

/** How many acceptance tests there are. */
const count = 30;

/** What is wrong with the page: numbers without a row or with two, rows that nothing shows, and differences between the tests that a row names and those
 * that say the number.
 * @param files tests, of which some say numbers
 * @param scripts names of the scripts of package.json */
export function acceptanceProblems(
  page: string,
  files: readonly RepositoryFile[],
  scripts: readonly string[],
): readonly string[] {
  const rows = readRows(page);
  const marked = files.flatMap(({ path, text }) => acceptancesOf({ path, text }).map((number) => ({ path, number })));
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return [
    ...numbers.flatMap((number) => {
      const found = rows.filter((row) => row.number === number).length;
      return found === 1 ? [] : [`${number} has ${found} rows`];
    }),
    ...rows.flatMap(({ number, tests, scripts: named }) => [
      ...(tests.length + named.length > 0 ? [] : [`nothing shows ${number}`]),
      ...tests
        .filter((path) => !marked.some((mark) => mark.number === number && mark.path === path))
        .map((path) => `${path} does not say "Acceptance: ${number}"`),
      ...named
        .filter((name) => !scripts.includes(name))
        .map((name) => `${number} names the script ${name}, which is none`),
    ]),
    ...marked
      .filter(({ path, number }) => !rows.some((row) => row.number === number && row.tests.includes(path)))
      .map(({ path, number }) => `the row of ${number} does not name ${path}`),
  ];
}

/** Numbers that a test says: `Acceptance: 7, 14` in a comment, or, of tests with browsers, a title that begins with one. */
export function acceptancesOf({ path, text }: RepositoryFile): readonly number[] {
  const marks = [...text.matchAll(/\bAcceptance: (\d+(?:, \d+)*)/g)].flatMap(([, list = ""]) => list.split(", "));
  const titles = path.startsWith("test/browser/")
    ? [...text.matchAll(/\btest\(\s*"(\d+): /g)].map(([, number = ""]) => number)
    : [];
  return [...new Set([...marks, ...titles].map(Number))];
}

function readRows(page: string): readonly AcceptanceRow[] {
  return [...page.matchAll(/^\| (\d+) \|(.*)\|$/gm)].map(([, number, rest = ""]) => ({
    number: Number(number),
    tests: [...rest.matchAll(/`((?:src|test)\/[^`]+\.test\.ts)`/g)].map(([, path = ""]) => path),
    scripts: [...rest.matchAll(/`npm run ([\w:-]+)[^`]*`/g)].map(([, name = ""]) => name),
  }));
}
