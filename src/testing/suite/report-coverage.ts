import { relative, sep } from "node:path";
import { packageRoot } from "../../kernel/index.ts";
import { countLines, createCoverageCounter, describeCoverage, onSceneFact } from "../observe/index.ts";

/** Counts what scripts meet, from now on.
 * @returns what tells it, once they have run */
export async function reportCoverage(say: (line: string) => void): Promise<() => Promise<void>> {
  const counter = createCoverageCounter();
  onSceneFact(counter.take);
  const lines = await countLines();
  return async () => {
    for (const line of describeCoverage(counter.coverage())) say(line);
    for (const { file, lines: unrun } of await lines.unrun(isOfAuthor)) {
      say(`  ${relative(process.cwd(), file)}: ${unrun.length === 0 ? "every line ran" : "never ran"}`);
      for (const { line, text } of unrun) say(`    ${String(line).padStart(4)}  ${text}`);
    }
  };
}

/** What an author wrote and tests: nothing that was installed, no test, nothing of ours. */
function isOfAuthor(file: string): boolean {
  const place = relative(process.cwd(), file);
  const isBelow = !place.startsWith("..");
  const isOurs =
    !relative(packageRoot(), file).startsWith("..") &&
    !place.startsWith(`examples${sep}`) &&
    file.startsWith(`${packageRoot()}${sep}dist`);
  return isBelow && !isOurs && !place.split(sep).includes("node_modules") && !/\.test\.[cm]?[jt]s$/.test(file);
}
