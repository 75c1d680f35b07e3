import { errorCode, errorMessage } from "../kernel/index.ts";
import { Command } from "commander";
import { addVariable } from "./variable.ts";

interface TestOptions {
  readonly function?: string;
  readonly handler?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly name?: string;
  readonly coverage: boolean;
  readonly real: boolean;
  readonly junit?: string;
  readonly reporter?: string;
}

const help = `
Scripts are *.test.mjs (or .js, .cjs, .ts) with offhook/testing, *.scene.yaml, and histories of calls (*.jsonl).

Examples:
  offhook test                                          all scripts in this folder and below
  offhook test menu.scene.yaml --junit report.xml
  offhook test .offhook/calls --function menu.mjs       recorded calls again: does the function still answer the same?`;

/** `offhook test`: calls by script, in virtual time, with a report. */
export function testCommand(): Command {
  return new Command("test")
    .description(
      "Runs scripts of calls in virtual time. Exits with 0 if all go as they should, 1 if one does not, 2 if there is nothing to run.",
    )
    .argument("[places...]", "files and folders (default: this folder)")
    .option("-f, --function <file>", "the function that histories are compared with")
    .option("--handler <name>", "name of the handler in it")
    .option("-e, --environment <name=value>", "a variable of its environment; may be repeated", addVariable)
    .option("-n, --name <pattern>", "only tests whose names fit this regular expression")
    .option("--coverage", "tell which events, results of actions, attributes and lines no script has met", false)
    .option(
      "--real",
      "play scenes over SIP and RTP on loopback, in the time of the machine; phones judge what is heard",
      false,
    )
    .option("--junit <file>", "write a report in the form of JUnit too")
    .option("--reporter <name>", "how it is told: spec, tap or dot", "spec")
    .addHelpText("after", help)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async (places: readonly string[], options: TestOptions) => {
      process.exitCode = await runTest(places.length === 0 ? ["."] : places, options);
    });
}

/** The exit code. */
async function runTest(places: readonly string[], options: TestOptions): Promise<number> {
  const { runSuite } = await import("../testing/index.ts");
  try {
    return (await runSuite(places, options)) ? 0 : 1;
  } catch (error) {
    const code = errorCode(error);
    console.error(`offhook test: ${errorMessage(error)}${code === undefined ? "" : ` (${code})`}`);
    return 2;
  }
}
