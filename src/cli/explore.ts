import { mkdir, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { errorCode, errorMessage } from "../kernel/index.ts";
import type { Finding } from "../testing/index.ts";
import { Command, InvalidArgumentError } from "commander";
import { addVariable } from "./variable.ts";

interface ExploreCommandOptions {
  readonly handler: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly calls: number;
  readonly seed: number;
  readonly placed: boolean;
  readonly output?: string;
}

const help = `
Looked for are callers who are left in silence, endless loops, replies and actions that fail, and calls that nobody ends.
Each is told once, with the shortest scene that shows it: offhook test fails with it until the function is mended.

Examples:
  offhook explore menu.mjs
  offhook explore reminder.ts --placed --calls 5000 --output found`;

/** `offhook explore`: random callers in virtual time. */
export function exploreCommand(): Command {
  return new Command("explore")
    .description(
      "Lets random callers call a function in virtual time, and tells what goes wrong. Exits with 0 if nothing does, 1 if something does, 2 if it cannot be run.",
    )
    .argument("<file>", "the function: JavaScript, TypeScript or Python")
    .option("--handler <name>", "name of the handler in it", "handler")
    .option("-e, --environment <name=value>", "a variable of its environment; may be repeated", addVariable)
    .option("--calls <number>", "how many calls, 1 to 1,000,000", (text) => readNumber(text, 1, 1_000_000), 1_000)
    .option("--seed <number>", "the same number, the same calls", (text) => readNumber(text, 0, 2 ** 31), 1)
    .option("--placed", "the API places the calls; otherwise somebody calls in", false)
    .option("-o, --output <folder>", "write each scene to a file there")
    .addHelpText("after", help)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async (file: string, options: ExploreCommandOptions) => {
      process.exitCode = await runExplore(file, options);
    });
}

function readNumber(text: string, least: number, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least || number > most)
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  return number;
}

/** The exit code. */
async function runExplore(file: string, options: ExploreCommandOptions): Promise<number> {
  const { handler, environment, calls, seed, placed } = options;
  // What the function prints in thousands of calls hides what is found.
  for (const level of ["log", "info", "warn", "error", "debug"] as const) console[level] = () => undefined;
  const say = (text: string) => process.stdout.write(`${text}\n`);
  try {
    const { explore, loadFunction } = await import("../testing/index.ts");
    const { app, close } = await loadFunction(file, { handler, environment });
    try {
      const findings = await explore(app, { calls, seed, isPlaced: placed });
      for (const [index, finding] of findings.entries()) await tell(finding, index + 1, file, options, say);
      const what = findings.length === 0 ? "nothing found" : `${findings.length} found`;
      say(`${calls} calls, ${what} (seed ${seed})`);
      return findings.length === 0 ? 0 : 1;
    } finally {
      await close();
    }
  } catch (error) {
    const code = errorCode(error);
    process.stderr.write(`offhook explore: ${errorMessage(error)}${code === undefined ? "" : ` (${code})`}\n`);
    return 2;
  }
}

async function tell(
  { what, kind, scene, calls }: Finding,
  number: number,
  file: string,
  { handler, environment, output }: ExploreCommandOptions,
  say: (text: string) => void,
): Promise<void> {
  const { printScenes } = await import("../testing/index.ts");
  const shown = relative(resolve(output ?? "."), resolve(file)).replaceAll("\\", "/");
  const text = printScenes({
    function: shown.startsWith(".") ? shown : `./${shown}`,
    ...(handler === "handler" ? {} : { handler }),
    ...(environment === undefined ? {} : { environment }),
    scenes: [scene],
  });
  say(`${kind}, in ${calls} calls: ${what}`);
  if (output === undefined) return say(`\n${text.replaceAll(/^/gm, "  ").trimEnd()}\n`);
  await mkdir(output, { recursive: true });
  const path = join(output, `found-${number}.scene.yaml`);
  await writeFile(path, text);
  say(`  ${path}\n`);
}
