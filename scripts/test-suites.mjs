import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** @typedef {{ name: string, files: readonly string[], concurrency: number, needs: readonly string[] }} Suite
 * `files` are TypeScript paths relative to the repository; `needs` are programs that must be in PATH. */

/** Suites of which two files may run at once: they open no sockets, or their calls mostly wait for audio to end. The others
 * run one file at a time: test/media looks when single packets leave, and the programs of test/interop take fixed ports. */
const parallelSuites = ["unit", "shape", "wire", "examples", "leniency"];
/** Order of the suites; folders of test/ that are not named here run before interop. */
const order = ["unit", "shape", "media", "wire", "examples"];
/** Programs that a suite drives; scripts/install-test-peers.sh installs them. */
const programs = { interop: ["sipp", "baresip", "sox"] };

/** All suites that have files: `unit` (src), then one for each folder of test/.
 * @param {string} root the repository
 * @returns {readonly Suite[]} in the order in which they run */
export function findSuites(root) {
  const folders = existsSync(join(root, "test"))
    ? readdirSync(join(root, "test"), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  const rank = ({ name }) =>
    order.includes(name) ? order.indexOf(name) : name === "interop" ? order.length + 1 : order.length;
  const suites = [
    { name: "unit", files: testFiles(root, "src") },
    ...folders.map((entry) => ({ name: entry.name, files: testFiles(root, `test/${entry.name}`) })),
  ];
  return suites
    .filter((suite) => suite.files.length > 0)
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
    .map((suite) => ({
      ...suite,
      concurrency: parallelSuites.includes(suite.name) ? 2 : 1,
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
