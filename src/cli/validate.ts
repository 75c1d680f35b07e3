import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import type { Config } from "../app/index.ts";
import { errorCode, errorMessage, whyUnreadable } from "../kernel/index.ts";
import { Command } from "commander";
import { findJsonFault } from "./json-fault.ts";

interface ValidateOptions {
  readonly config?: string;
}

const help = `
Examples:
  offhook validate response.json
  my-function-test | offhook validate -

Each line names the place, what was found, what is allowed, and in brackets what the server does about it.`;

/** `offhook validate`: what is wrong in replies of a function, by the checker of the running server. */
export function validateCommand(): Command {
  return new Command("validate")
    .description(
      "Checks replies of a function as the server does. Exits with 0 if all are good, 1 if there is something to say, 2 if a file cannot be read.",
    )
    .argument("<files...>", "JSON files, each one reply; - is the standard input")
    .option("-c, --config <file>", "the configuration whose limits and switches count (default: as documented)")
    .addHelpText("after", help)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async (files: readonly string[], options: ValidateOptions) => {
      process.exitCode = await runValidate(files, options);
    });
}

/** The exit code. */
async function runValidate(files: readonly string[], { config: file }: ValidateOptions): Promise<number> {
  const { loadConfig } = await import("../app/index.ts");
  try {
    const config = file === undefined ? undefined : loadConfig({ file, mode: "production", environment: process.env });
    let isGood = true;
    for (const name of files) {
      const shown = name === "-" ? "standard input" : name;
      isGood = (await tellReply(shown, (await readInput(name)).replace(/^\uFEFF/, ""), config)) && isGood;
    }
    return isGood ? 0 : 1;
  } catch (error) {
    const code = errorCode(error);
    console.error(`offhook validate: ${errorMessage(error)}${code === undefined ? "" : ` (${code})`}`);
    return 2;
  }
}

async function readInput(name: string): Promise<string> {
  if (name === "-") return readAll(process.stdin);
  try {
    return await readFile(name, "utf8");
  } catch (error) {
    throw new Error(`cannot read ${name}: ${whyUnreadable(error)}`, { cause: error });
  }
}

/** Prints the findings of a reply. Returns whether it is valid. */
async function tellReply(shown: string, text: string, config: Config | undefined): Promise<boolean> {
  const fault = findJsonFault(text);
  if (fault !== undefined) {
    const { line, column, expected, found } = fault;
    console.log(`${shown}:${line}:${column}: not JSON: expected ${expected}, found ${found}`);
    return false;
  }
  const { describeFinding, validateReply } = await import("../app/index.ts");
  const findings = validateReply(JSON.parse(text), config);
  for (const finding of findings) console.log(`${shown}: ${describeFinding(finding)}`);
  if (findings.length === 0) console.log(`${shown}: good`);
  return findings.length === 0;
}
