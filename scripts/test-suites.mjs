import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** @typedef {{ name: string, files: readonly string[], isInTurn: boolean, sharesProcesses: boolean, needs: readonly string[] }} Suite
 * `files` are TypeScript paths relative to the repository. `isInTurn`: one of them runs after the other. `sharesProcesses`:
 * those of a folder run in one process. `needs`: programs that must be in PATH. */

/** The programs that these drive take fixed ports. */
const inTurn = ["interop"];
/** Suites whose files begin first, since they take longest or must be in turn; all others follow by name. */
const first = ["interop", "unit", "simulate", "wire", "examples"];
/** Programs that a suite drives; scripts/install-test-peers.sh installs them. */
const programs = { interop: ["sipp", "baresip", "sox", "aws"], hosts: ["ip"] };

/** All suites that have files: `unit` (src), and one for each folder of test/.
 * @param {string} root the repository
 * @returns {readonly Suite[]} in the order in which they begin */
export function findSuites(root) {
  const folders = existsSync(join(root, "test"))
    ? readdirSync(join(root, "test"), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  const rank = ({ name }) => (first.includes(name) ? first.indexOf(name) : first.length);
  const suites = [
    { name: "unit", files: testFiles(root, "src") },
    ...folders.map((entry) => ({ name: entry.name, files: testFiles(root, `test/${entry.name}`) })),
  ];
  return suites
    .filter((suite) => suite.files.length > 0)
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
    .map((suite) => ({
      ...suite,
      isInTurn: inTurn.includes(suite.name),
      sharesProcesses: suite.name === "unit",
      needs: programs[suite.name] ?? [],
    }));
}

/** The programs among `names` that are not in PATH.
 * @param {readonly string[]} names
 * @returns {readonly string[]} */
export function missingPrograms(names) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
}

function testFiles(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .sort();
}
