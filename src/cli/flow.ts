import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { errorCode, errorMessage } from "../kernel/index.ts";
import type { CallFlow } from "../testing/index.ts";
import { Command } from "commander";

const help = `
Drawn is what the function has shown in scripts (as offhook test runs them) and in histories of calls: what it asked for, and which
events led from one to the next.

Examples:
  offhook flow menu.mjs                                  Mermaid, from the scripts in this folder and below
  offhook flow menu.mjs .offhook/calls --svg flow.svg    a picture, from recorded calls`;

/** `offhook flow`: a picture of the calls of a function. */
export function flowCommand(): Command {
  return new Command("flow")
    .description(
      "Draws the calls of a function, from scripts and histories. Exits with 0, or 2 if there is nothing to draw.",
    )
    .argument("<file>", "the function, whose scenes count")
    .argument("[places...]", "scripts and histories, or folders of them (default: this folder)")
    .option("--svg <file>", "write a picture there in place of Mermaid to the standard output")
    .addHelpText("after", help)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async (file: string, places: readonly string[], { svg }: { readonly svg?: string }) => {
      process.exitCode = await runFlow(file, places.length === 0 ? ["."] : places, svg);
    });
}

/** The exit code. */
async function runFlow(file: string, places: readonly string[], svg: string | undefined): Promise<number> {
  const { drawFlow, printMermaid, runSuite } = await import("../testing/index.ts");
  const folder = await mkdtemp(join(tmpdir(), "offhook-flow-"));
  try {
    const to = join(folder, "flow.json");
    let told = "";
    const went = await runSuite(places, { only: resolve(file), flow: to, onOutput: (text) => (told += text) });
    if (!went) console.error(failuresIn(told));
    const flow = await readFlow(to);
    if (flow.calls === 0)
      throw new Error(
        went
          ? `no script and no history in ${places.join(", ")} calls ${file}`
          : `no call of ${file} came about, so there is nothing to draw; above is why`,
      );
    if (!went) console.error("offhook flow: not every script passes; what they showed is drawn");
    if (svg === undefined) console.log(printMermaid(flow).trimEnd());
    else await writeFile(svg, drawFlow(flow));
    return 0;
  } catch (error) {
    const code = errorCode(error);
    console.error(`offhook flow: ${errorMessage(error)}${code === undefined ? "" : ` (${code})`}`);
    return 2;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What was gathered. Nothing where the process of the scripts has ended before it was written. */
async function readFlow(file: string): Promise<CallFlow> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  return text === undefined ? { calls: 0, states: [], moves: [] } : (JSON.parse(text) as CallFlow);
}

/** The part of a report that is about what fails. */
function failuresIn(report: string): string {
  return report.slice(Math.max(0, report.lastIndexOf("failing tests:"))).trimEnd();
}
