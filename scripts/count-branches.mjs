/** Counts in the process that loads this which branches of its modules ran, and writes that to the folder of BRANCH_COUNTS_FOLDER when the
 * process ends, in the form in which Node itself writes coverage. */
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import { join } from "node:path";

const folder = process.env.BRANCH_COUNTS_FOLDER;
if (folder !== undefined) {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  process.on("exit", () => {
    // The answer comes before `post` returns.
    session.post("Profiler.takePreciseCoverage", (error, coverage) => {
      if (error === null) writeFileSync(join(folder, `coverage-${process.pid}.json`), JSON.stringify(coverage));
    });
  });
}
