import { writeFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { errorCode, errorMessage } from "../kernel/index.ts";
import type { History } from "../app/index.ts";
import { Command } from "commander";
import {
  describeEngine,
  describeHistory,
  describeInvocation,
  describeOutput,
  summarizeReplay,
  wentTheSame,
} from "./replay-text.ts";
import { addVariable } from "./variable.ts";

interface ReplayCommandOptions {
  readonly function?: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly json: boolean;
  readonly asTest?: string | true;
}

/** `offhook replay`: a recorded call again, with the function as it is now, and where its replies differ. */
export function replayCommand(): Command {
  return new Command("replay")
    .description(
      "Runs a recorded call again without a network, and shows where the function's replies differ. " +
        "Exits with 0 if nothing differs, 1 if something does, 2 if it cannot be run.",
    )
    .argument("<file>", "the history of a call, <dataFolder>/calls/<transaction>.jsonl")
    .option("-f, --function <file>", "the function as it is now: JavaScript, TypeScript or Python")
    .option("--handler <name>", "name of the handler in it", "handler")
    .option(
      "-e, --environment <name=value>",
      "a variable of the function's environment; may be repeated",
      addVariable,
      {},
    )
    .option("--as-test [file.scene.yaml]", "write the call as a scene for offhook test in place of running it")
    .option("--json", "print one JSON object in place of words", false)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async (file: string, options: ReplayCommandOptions) => {
      const { asTest, function: functionFile } = options;
      if (asTest !== undefined) process.exitCode = await writeAsTest(file, asTest, options);
      else if (functionFile !== undefined) process.exitCode = await runReplay(file, functionFile, options);
      else process.exitCode = refuse("name the function as it is now, by --function; or write a test, by --as-test");
    });
}

function refuse(why: string): number {
  console.error(`offhook replay: ${why}`);
  return 2;
}

/** Writes the call as a scene, to a file or to the standard output. Its function is relative to the file. */
async function writeAsTest(history: string, to: string | true, options: ReplayCommandOptions): Promise<number> {
  const { function: functionFile = "./index.mjs", handler, environment } = options;
  const folder = to === true ? "." : dirname(to);
  const shown = relative(folder, functionFile).replaceAll("\\", "/");
  const { readHistoryFile } = await import("../app/index.ts");
  const { printScenes, writeScene } = await import("../testing/index.ts");
  try {
    const text = printScenes({
      function: shown.startsWith(".") ? shown : `./${shown}`,
      ...(handler === "handler" ? {} : { handler }),
      ...(Object.keys(environment).length === 0 ? {} : { environment }),
      scenes: [writeScene(await readHistoryFile(history))],
    });
    if (to === true) console.log(text.trimEnd());
    // A test that somebody has changed is not written over.
    else await writeFile(to, text, { flag: "wx" });
    return 0;
  } catch (error) {
    const code = errorCode(error);
    return refuse(`${history}: ${code === "EEXIST" ? `${to} exists already` : errorMessage(error)} (${code})`);
  }
}

/** The exit code. */
async function runReplay(file: string, named: string, options: ReplayCommandOptions): Promise<number> {
  const { replayCall, whyNoHandlerFile } = await import("../app/index.ts");
  const functionFile = resolve(named);
  const problem = whyNoHandlerFile(functionFile);
  if (problem !== undefined) return refuse(problem);
  const say = options.json ? () => undefined : (text: string) => console.log(text);
  const seen: { history?: History } = {};
  try {
    const report = await replayCall({
      file,
      functionFile,
      handler: options.handler,
      environment: options.environment,
      onHistory: (history) => {
        seen.history = history;
        say(describeHistory(history));
      },
      onInvocation: (invocation) => say(describeInvocation(invocation)),
      onEngine: (engine) => say(describeEngine(engine)),
      onOutput: (output) => (options.json ? console.error(output.line) : say(describeOutput(output))),
    });
    if (options.json) console.log(JSON.stringify({ file, redacted: seen.history?.redacted, ...report }));
    else say(summarizeReplay(report, seen.history?.isCutShort === true));
    return wentTheSame(report) ? 0 : 1;
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    console.error(`offhook replay: ${file}: ${errorMessage(error)} (${code})`);
    return 2;
  }
}
