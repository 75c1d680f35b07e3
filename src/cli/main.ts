#!/usr/bin/env node
import { errorCode, errorMessage } from "../kernel/index.ts";
import { isatty } from "node:tty";
import { Command } from "commander";
import { devCommand } from "./dev.ts";
import { phoneCommand } from "./phone.ts";
import { replayCommand } from "./replay.ts";
import { serveCommand } from "./serve.ts";
import { validateCommand } from "./validate.ts";

const program = new Command("offhook")
  .description("Runs SIP media applications on your own machine, over real SIP and RTP.")
  .version("0.1.0")
  .showHelpAfterError()
  .showSuggestionAfterError();
program.addCommand(devCommand());
program.addCommand(serveCommand());
program.addCommand(phoneCommand());
program.addCommand(replayCommand());
program.addCommand(validateCommand());

// Whoever read along has left: that ends nothing.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

const standardStreams = [0, 1, 2];
const hadTerminal = standardStreams.some((fd) => isatty(fd));

try {
  await program.parseAsync();
} catch (error) {
  const code = errorCode(error);
  console.error(`offhook: ${errorMessage(error)}${code === undefined ? "" : ` (${code})`}`);
  if (code === undefined && error instanceof Error) console.error(error.stack);
  process.exitCode = 1;
}

// Node aborts when it ends and cannot give back a terminal that is gone; this is how a program ends there.
if (hadTerminal && !standardStreams.some((fd) => isatty(fd))) {
  process.removeAllListeners("SIGHUP");
  process.kill(process.pid, "SIGHUP");
}
