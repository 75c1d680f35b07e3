import type { Config, Server } from "../app/index.ts";
import { errorCode, errorMessage, openProcessLog, systemClock, type Logger } from "../kernel/index.ts";
import { Command } from "commander";
import { drainServer } from "./drain-server.ts";
import { listenForSignals } from "./serve-signals.ts";

const help = `
Signals:
  SIGTERM, SIGINT   no new calls; those that are up may end for drainSeconds, then they are ended
                    a second one ends them at once, a third ends the process
  SIGHUP            reads the configuration again; calls go on. A wrong one is refused, and all stays

Examples:
  offhook serve                     the offhook.yaml of this folder
  offhook serve -c /etc/offhook     that of another one
  kill -HUP "$(pidof offhook)"      takes what was changed in it`;

/** `offhook serve`: the server by its configuration file, JSON log lines on standard output, until a signal ends it. */
export function serveCommand(): Command {
  return new Command("serve")
    .description("Starts the server with offhook.yaml; logs JSON lines; lets calls end and stops at SIGINT or SIGTERM.")
    .option("-c, --config <file>", "configuration file, or a folder with an offhook.yaml", "offhook.yaml")
    .addHelpText("after", help)
    .action(async (options: { readonly config: string }) => {
      const { loadConfig } = await import("../app/index.ts");
      const load = () => loadConfig({ file: options.config, mode: "production", environment: process.env });
      const config = load();
      const { log, writer } = openProcessLog(config.log.level);
      try {
        await serve(config, load, log);
      } finally {
        await writer.close();
      }
    });
}

async function serve(config: Config, load: () => Config, log: Logger): Promise<void> {
  const { collectBetweenCalls, createRestTest, giveBackMemory, processMemory, startServer, youngMemory } =
    await import("../app/index.ts");
  for (const warning of config.warnings) log.warn({}, warning);
  const server = await startServer({
    config,
    clock: systemClock,
    log,
    async runCaller(order, door, tell) {
      // Few servers have callers: the kit is loaded with the first.
      const kit = await import("../testing/index.ts");
      return kit.runCaller(order, door, tell);
    },
    onObservation: collectBetweenCalls(systemClock, youngMemory()),
    onFunctionOutput: ({ functionName, stream, line, transactionId }) =>
      log.info({ transactionId, function: functionName, stream }, line),
  });
  if (config.histories === undefined)
    log.info({}, "calls have no ladders and histories: histories.write in the configuration keeps them");
  const state = { drainMs: config.drainMs };
  const signals = listenForSignals(() => {
    void reload(server, load, log).then((drainMs = state.drainMs) => (state.drainMs = drainMs));
  });
  log.info({ api: server.apiUrl, sip: server.sipListeners }, "ready");
  const stopGiving = giveBackMemory(
    systemClock,
    createRestTest(() => server.ledger().calls),
    processMemory(),
  );
  const signal = await signals.stop;
  stopGiving();
  log.info({ signal, ledger: server.ledger() }, "stopping");
  await drainServer(server, { limitMs: state.drainMs, hurry: signals.hurry, clock: systemClock, log });
  await server.close();
  log.info({}, "stopped");
}

/** Reads the configuration again and says what became of it. Never rejects.
 * @returns how long a stop waits from now on; undefined: nothing was taken */
async function reload(server: Server, load: () => Config, log: Logger): Promise<number | undefined> {
  try {
    const config = load();
    const { taken, needRestart } = await server.reload(config);
    for (const warning of config.warnings) log.warn({}, warning);
    const what = taken.length === 0 ? "nothing that a running server takes has changed" : taken.join(", ");
    log.info({ taken, needRestart }, `the configuration was read again: ${what}`);
    if (needRestart.length > 0)
      log.warn({ needRestart }, `these settings have changed, and wait for a restart: ${needRestart.join(", ")}`);
    return config.drainMs;
  } catch (error) {
    const code = errorCode(error);
    const facts = code === undefined ? { err: error } : { code };
    log.error(facts, `the configuration is not taken, and the one before stays: ${errorMessage(error)}`);
    return undefined;
  }
}
