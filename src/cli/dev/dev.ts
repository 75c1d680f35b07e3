import { Command } from "commander";
import type { Config } from "../../app/index.ts";
import { errorCode, errorMessage, openStandardOutput } from "../../kernel/index.ts";
import { withFreePorts } from "./ports.ts";
import type { DevEnd } from "./session.ts";
import type { DevSetup } from "./setup.ts";
import { stopSignal } from "../stop-signal.ts";

interface DevOptions {
  readonly config: string | undefined;
  readonly handler: string | undefined;
  readonly once: boolean;
  readonly call: boolean;
}

const help = `
Examples:
  offhook dev                the offhook.yaml of this folder, else the only function in it, else an example
  offhook dev menu.mjs       this function; number, application and rule are made for it
  offhook dev -c voicemail   the offhook.yaml of that folder`;

/** `offhook dev`: the server on embedded defaults, a test phone, one call to it, and a timeline of everything. */
export function devCommand(): Command {
  return new Command("dev")
    .description("Starts the server in development mode and places one call with a built-in test phone.")
    .argument("[function]", "a function's file (.mjs, .ts, .py ...), or a folder")
    .option(
      "-c, --config <file>",
      "configuration file, or a folder with an offhook.yaml (default: the working folder, if it has one)",
    )
    .option("--handler <name>", "name of the handler in the file, when it is none of the usual ones")
    .option("--once", "stop after the call; exit with 0 only if it went as it should", false)
    .option("--no-call", "do not place the first call")
    .addHelpText("after", help)
    .action(async (named: string | undefined, options: DevOptions) => {
      const writer = openStandardOutput(({ lines, cause }) =>
        print(`\n${lines} lines were left out, since nothing more could be written here for a while (${cause})\n`),
      );
      const print = (line: string) => writer.write(`${line}\n`);
      try {
        process.exitCode = await runDev(named, options, print);
      } finally {
        await writer.close();
      }
    });
}

async function runDev(
  named: string | undefined,
  { config, handler, once, call }: DevOptions,
  print: (line: string) => void,
): Promise<number> {
  const { findDevSetup } = await import("./setup.ts");
  const setup = findDevSetup({ named, config, handler });
  if (setup.note !== undefined) print(`${setup.note}\n`);
  const first = setup.load();
  const stopped = stopSignal();
  const run = (written: Config, isFirst: boolean, onReady: () => void): Promise<DevEnd> =>
    runOn(written, setup, { once, callsFirst: call && isFirst, isFirst, stopped, onReady, print });

  let end = await run(first, true, () => undefined);
  for (let before = first; end.type === "configured";) {
    const { config: next } = end;
    let isReady = false;
    try {
      end = await run(next, false, () => (isReady = true));
      before = next;
    } catch (error) {
      if (isReady) throw error;
      print(`\nThe new configuration is not taken, the one before stays: ${errorMessage(error)}\n`);
      end = await run(before, false, () => undefined);
    }
  }
  return end.exitCode;
}

interface RunOptions {
  readonly once: boolean;
  readonly callsFirst: boolean;
  readonly isFirst: boolean;
  readonly stopped: Promise<unknown>;
  readonly onReady: () => void;
  readonly print: (line: string) => void;
}

/** Most starts that are retried because another program took a port between check and start. */
const mostLostPorts = 5;

async function runOn(written: Config, setup: DevSetup, options: RunOptions): Promise<DevEnd> {
  const reported = new Set<string>();
  const printOnce = (line: string) => {
    if (!reported.has(line)) options.print(line);
    reported.add(line);
  };
  const { runDevSession } = await import("./session.ts");
  for (let lost = 0; ; lost += 1) {
    const config = await withFreePorts(written, printOnce);
    try {
      return await runDevSession({ ...options, written, config, setup });
    } catch (error) {
      if (!isPortTaken(error) || lost === mostLostPorts) throw error;
    }
  }
}

/** Whether a start failed for a port that somebody has. */
function isPortTaken(error: unknown): boolean {
  if (errorCode(error) === "EADDRINUSE") return true;
  return error instanceof Error && error.cause !== undefined && isPortTaken(error.cause);
}
