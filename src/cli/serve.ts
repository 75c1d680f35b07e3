import { giveBackMemory, loadConfig, processMemory, startServer, type Config } from "../app/index.ts";
import { openProcessLog, systemClock, type Logger } from "../kernel/index.ts";
import { Command } from "commander";
import { stopSignal } from "./stop-signal.ts";

/** `offhook serve`: the server by its configuration file, JSON log lines on standard output, until a signal ends it. */
export function serveCommand(): Command {
  return new Command("serve")
    .description(
      "Starts the server with offhook.yaml; logs JSON lines; ends calls and stops at SIGINT, SIGTERM or SIGHUP.",
    )
    .option("-c, --config <file>", "configuration file, or a folder with an offhook.yaml", "offhook.yaml")
    .action(async (options: { readonly config: string }) => {
      const config = loadConfig({ file: options.config, mode: "production", environment: process.env });
      const { log, writer } = openProcessLog(config.log.level);
      try {
        await serve(config, log);
      } finally {
        await writer.close();
      }
    });
}

async function serve(config: Config, log: Logger): Promise<void> {
  for (const warning of config.warnings) log.warn({}, warning);
  const server = await startServer({
    config,
    clock: systemClock,
    log,
    onFunctionOutput: ({ functionName, stream, line, transactionId }) =>
      log.info({ transactionId, function: functionName, stream }, line),
  });
  if (config.histories === undefined)
    log.info({}, "calls have no ladders and histories: histories.write in the configuration keeps them");
  const stopped = stopSignal();
  log.info({ api: server.apiUrl, sip: server.sipListeners }, "ready");
  const stopGiving = giveBackMemory(systemClock, () => server.ledger().calls === 0, processMemory());
  const signal = await stopped;
  stopGiving();
  log.info({ signal, ledger: server.ledger() }, "stopping");
  await server.close();
  log.info({}, "stopped");
}
