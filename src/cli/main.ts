#!/usr/bin/env node
import { errorCode, errorMessage, keepYoungMemorySmall } from "../kernel/index.ts";
import { isatty } from "node:tty";
import { Command } from "commander";

const program = new Command("offhook")
  .description("Runs SIP media applications on your own machine, over real SIP and RTP.")
  .version("0.1.0")
  .showHelpAfterError()
  .showSuggestionAfterError();

/** In the order of the help. A command is loaded with all that it needs: the one that is named, or all of them to tell about. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import("./init.ts")).initCommand(),
  dev: async () => (await import("./dev/dev.ts")).devCommand(),
  serve: async () => (await import("./serve.ts")).serveCommand(),
  phone: async () => (await import("./phone/phone.ts")).phoneCommand(),
  test: async () => (await import("./test.ts")).testCommand(),
  explore: async () => (await import("./explore.ts")).exploreCommand(),
  flow: async () => (await import("./flow.ts")).flowCommand(),
  replay: async () => (await import("./replay.ts")).replayCommand(),
  check: async () => (await import("./operate/check.ts")).checkCommand(),
  calls: async () => (await import("./operate/calls.ts")).callsCommand(),
  call: async () => (await import("./operate/call.ts")).callCommand(),
  ladder: async () => (await import("./ladder/ladder.ts")).ladderCommand(),
  ledger: async () => (await import("./operate/ledger.ts")).ledgerCommand(),
  spool: async () => (await import("./operate/spool.ts")).spoolCommand(),
  nodes: async () => (await import("./operate/nodes.ts")).nodesCommand(),
  drain: async () => (await import("./operate/drain.ts")).drainCommand(),
  invoke: async () => (await import("./invoke.ts")).invokeCommand(),
  validate: async () => (await import("./validate.ts")).validateCommand(),
  voices: async () => (await import("./voices.ts")).voicesCommand(),
  completion: async () => (await import("./completion.ts")).completionCommand(loadOthers),
};
const loadOthers = () =>
  Promise.all(Object.entries(commands).flatMap(([name, load]) => (name === "completion" ? [] : [load()])));
const [, , named = ""] = process.argv;
// Before it has grown.
if (named === "serve" || named === "dev") keepYoungMemorySmall();
for (const [name, load] of Object.entries(commands)) {
  if (Object.hasOwn(commands, named) && name !== named) continue;
  // A command that is added does not inherit settings of the program.
  program.addCommand((await load()).showHelpAfterError().showSuggestionAfterError());
}

// The reader of our output is gone; that must not end the process.
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
