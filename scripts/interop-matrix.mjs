import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** @typedef {{ peers: readonly string[], rows: readonly { feature: string, tests: Readonly<Record<string, readonly string[]>> }[] }} Matrix
 * `tests`, by peer: "file: how the titles of its tests begin" */

/** @param {string} root the repository
 * @returns {Matrix} what test/interop/matrix.json declares */
export function readMatrix(root) {
  return JSON.parse(readFileSync(join(root, "test/interop/matrix.json"), "utf8"));
}

/** The files whose tests it names. @param {Matrix} matrix @returns {ReadonlySet<string>} */
export function namedFiles({ rows }) {
  return new Set(
    rows.flatMap(({ tests }) => Object.values(tests).flat()).map((text) => text.slice(0, text.indexOf(": "))),
  );
}

/** The matrix of peers and features with how their tests went.
 * @param {Matrix} matrix
 * @param {readonly { file: string, name: string, outcome: "passed" | "failed" | "skipped" }[]} results
 * @returns {string} a table of text */
export function printMatrix(matrix, results) {
  return table(matrix, (tests) => outcomeOf(tests, results));
}

/** The same as Markdown, with which cells there are. @param {Matrix} matrix */
export function printMatrixPage(matrix) {
  const lines = table(matrix, () => "tested").split("\n");
  const rows = lines.map(
    (line) =>
      `| ${line
        .split(" | ")
        .map((cell) => cell.trim())
        .join(" | ")} |`,
  );
  return [rows[0], `|---${"|---".repeat(matrix.peers.length)}|`, ...rows.slice(1)].join("\n");
}

/** `node scripts/interop-matrix.mjs` prints what belongs into docs/interop.md. */
if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(printMatrixPage(readMatrix(dirname(dirname(process.argv[1])))));

function table({ peers, rows }, cellOf) {
  const texts = [
    ["", ...peers],
    ...rows.map(({ feature, tests }) => [feature, ...peers.map((peer) => (tests[peer] ? cellOf(tests[peer]) : "-"))]),
  ];
  const widths = texts[0].map((_, column) => Math.max(...texts.map((row) => row[column].length)));
  return texts
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column]))
        .join(" | ")
        .trimEnd(),
    )
    .join("\n");
}

/** Passed when each of the tests ran and none failed. */
function outcomeOf(tests, results) {
  const found = tests.map((text) => {
    const at = text.indexOf(": ");
    const [file, begin] = [text.slice(0, at), text.slice(at + 2)];
    // Of some tests in a shared process only that is known: "browser browser".
    const process = `${file.split("/")[1]} `;
    const isOf = (one) => one.file === file || one.file.startsWith(process);
    return results.filter((one) => isOf(one) && one.name.startsWith(begin)).map(({ outcome }) => outcome);
  });
  if (found.flat().includes("failed")) return "FAILED";
  if (found.some((outcomes) => outcomes.length === 0)) return "not run";
  return found.flat().includes("skipped") ? "skipped" : "passed";
}
