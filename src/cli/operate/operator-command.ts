import { Command } from "commander";
import { errorCode, errorMessage } from "../../kernel/index.ts";
import { findServer, type AskedServer, type ServerChoice } from "./ask-server.ts";

/** What every command that asks a server has. */
export interface OperatorOptions extends ServerChoice {
  readonly json: boolean;
}

interface Declared {
  readonly name: string;
  readonly description: string;
  readonly examples: readonly string[];
}

const exits = `
Exits with 1 when the server cannot be reached or refuses, with 2 when what is named does not exist.
A key is taken from OFFHOOK_ACCESS_KEY_ID and OFFHOOK_SECRET_ACCESS_KEY, else from the configuration.`;

/** Makes a command that asks a running server. */
export function operatorCommand({ name, description, examples }: Declared): Command {
  const help = `\nExamples:\n${examples.map((example) => `  ${example}`).join("\n")}\n${exits}`;
  return new Command(name)
    .description(description)
    .option("-c, --config <file>", "configuration of the server (default: the offhook.yaml of the working folder)")
    .option(
      "--url <url>",
      "address of the server, such as https://node-1.example.com:8080 (default: as the configuration says)",
    )
    .option("--json", "print one JSON object", false)
    .addHelpText("after", help);
}

/** Runs the work of such a command; what it gives is the exit code, else 0. */
export async function askAndPrint(
  name: string,
  options: OperatorOptions,
  work: (server: AskedServer) => Promise<number | undefined>,
): Promise<void> {
  try {
    process.exitCode = (await work(await findServer(options))) ?? 0;
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    console.error(`offhook ${name}: ${errorMessage(error)} (${code})`);
    if (code === "CLI_NOT_FOUND" && name === "call")
      console.error("An id is needed whole: offhook calls --state all --id <its beginning> finds it.");
    process.exitCode = code === "CLI_NOT_FOUND" ? 2 : 1;
  }
}

/** Lines in columns, each as wide as its longest cell; the first line is the head. */
export function drawTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
