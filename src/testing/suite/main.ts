import type { Script } from "./find-scripts.ts";
import { reportCoverage } from "./report-coverage.ts";
import { runScripts, type ScriptOptions } from "./run-scripts.ts";
import { writeFlow } from "./write-flow.ts";

/** What the process is told. */
interface Given {
  readonly scripts: readonly Script[];
  readonly options: ScriptOptions & { readonly coverage?: boolean; readonly flow?: string };
}

// The process that runs scripts: `offhook test` starts Node with its reporters and this file.
const [, , given = "{}"] = process.argv;
const { scripts, options } = JSON.parse(given) as Given;
const { coverage = false, flow, ...rest } = options;
if (coverage) atEnd(await reportCoverage((line) => console.log(line)));
const isCalled = ({ kind }: Script) => flow === undefined || kind !== "history";
if (flow !== undefined)
  atEnd(
    await writeFlow(
      flow,
      scripts.filter((script) => !isCalled(script)),
    ),
  );
await runScripts(scripts.filter(isCalled), rest);

/** Hooks of the runner may come before scripts that load later; this is when nothing is left to do. */
function atEnd(work: () => Promise<void>): void {
  process.once("beforeExit", () => void work());
}
