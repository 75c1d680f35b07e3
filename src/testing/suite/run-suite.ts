import { spawn } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { awsStandIns } from "../../app/index.ts";
import { AppError, ownModule } from "../../kernel/index.ts";
import { findScripts } from "./find-scripts.ts";
import type { ScriptOptions } from "./run-scripts.ts";

/** How scripts are run and told about. */
export interface SuiteOptions extends ScriptOptions {
  /** Only tests whose names fit this pattern. */
  readonly name?: string | undefined;
  /** Path of a file for the report as JUnit has it. */
  readonly junit?: string | undefined;
  /** Tell what of the call flow, and which lines, no script has met. */
  readonly coverage?: boolean | undefined;
  /** Path of a file for the flow of the calls, as JSON. */
  readonly flow?: string | undefined;
  /** A reporter of Node's runner. Default: spec. */
  readonly reporter?: string | undefined;
  /** Takes what is told, piece by piece. Default: it goes to this process's output. */
  readonly onOutput?: ((text: string) => void) | undefined;
}

/** Runs scripts by Node's own runner, in a process of their own, in which clients of AWS find nobody.
 * @returns whether all went well
 * @throws AppError TESTING_NO_SCRIPT, TESTING_NO_FUNCTION */
export async function runSuite(places: readonly string[], options: SuiteOptions): Promise<boolean> {
  const { name, junit, reporter = "spec", onOutput, ...rest } = options;
  const scripts = findScripts(places);
  if (rest.function === undefined && rest.flow === undefined && scripts.some(({ kind }) => kind === "history")) {
    const which = scripts.find(({ kind }) => kind === "history")?.file;
    throw new AppError(
      "TESTING_NO_FUNCTION",
      `${which} is the history of a call: name the function that is asked, by --function.`,
    );
  }
  const isTyped = scripts.some(({ file, kind }) => kind === "code" && /^\.[cm]?ts$/.test(extname(file)));
  const given = JSON.stringify({ scripts, options: rest });
  const flags = [
    "--enable-source-maps",
    ...(isTyped ? ["--import", import.meta.resolve("tsx")] : []),
    ...["--test-reporter", reporter, "--test-reporter-destination", "stdout"],
    ...(junit === undefined ? [] : ["--test-reporter", "junit", "--test-reporter-destination", junit]),
    ...(name === undefined ? [] : ["--test-name-pattern", name]),
  ];
  const main = fileURLToPath(ownModule("testing/suite/main"));
  const environment = awsStandIns({ environment: {}, inherited: {} }, "http://127.0.0.1:9");
  const child = spawn(process.execPath, [...flags, main, given], {
    stdio: onOutput === undefined ? "inherit" : ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", onOutput ?? (() => undefined));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0));
  });
}
