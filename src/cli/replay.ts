import { resolve } from "node:path";
import { errorCode, errorMessage } from "../kernel/index.ts";
import { replayCall, whyNoHandlerFile, type History } from "../app/index.ts";
import { Command, InvalidArgumentError } from "commander";
import {
  describeEngine,
  describeHistory,
  describeInvocation,
  describeOutput,
  summarizeReplay,
  wentTheSame,
} from "./replay-text.ts";

interface ReplayCommandOptions {
  readonly function: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly json: boolean;
}

/** `offhook replay`: a recorded call again, with the function as it is now, and where its replies differ. */
export function replayCommand(): Command {
  return new Command("replay")
    .description(
      "Runs a recorded call again without a network, and shows where the function's replies differ. " +
        "Exits with 0 if nothing differs, 1 if something does, 2 if it cannot be run.",
    )
    .argument("<file>", "the history of a call, <dataFolder>/calls/<transaction>.jsonl")
    .requiredOption("-f, --function <file>", "the function as it is now: JavaScript, TypeScript or Python")
    .option("--handler <name>", "name of the handler in it", "handler")
    .option(
      "-e, --environment <name=value>",
      "a variable of the function's environment; may be repeated",
      addVariable,
      {},
    )
    .option("--json", "print one JSON object in place of words", false)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async (file: string, options: ReplayCommandOptions) => {
      process.exitCode = await runReplay(file, options);
    });
}

function addVariable(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, name, value] = /^([A-Za-z_]\w*)=([^]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("It must be name=value.");
  return { ...before, [name]: value };
}

/** The exit code. */
async function runReplay(file: string, options: ReplayCommandOptions): Promise<number> {
  const functionFile = resolve(options.function);
  const problem = whyNoHandlerFile(functionFile);
  if (problem !== undefined) {
    console.error(`offhook replay: ${problem}`);
    return 2;
  }
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
