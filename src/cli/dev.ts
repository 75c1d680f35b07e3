import { join } from "node:path";
import { defaultDevelopmentConfig, loadConfig, startServer, type CallObservation, type Config } from "../app/index.ts";
import { createLogger, packageRoot, systemClock, type Logger, type LogLevel } from "../kernel/index.ts";
import { Command } from "commander";
import { createTestPhone, type TestPhone } from "./dev-phone.ts";
import { printGuide } from "./dev-guide.ts";
import { placeDevCall } from "./dev-call.ts";
import type { Verdict } from "./first-call.ts";
import { freePort } from "./free-port.ts";
import { onKeys } from "./keys.ts";
import { stopSignal } from "./stop-signal.ts";
import { createTimeline, type Timeline } from "./timeline.ts";

interface DevOptions {
  readonly config: string | undefined;
  readonly once: boolean;
  readonly call: boolean;
}

/** `offhook dev`: the server on embedded defaults, a test phone, one call to it, and a timeline of everything. */
export function devCommand(): Command {
  return new Command("dev")
    .description("Starts the server in development mode and places one call with a built-in test phone.")
    .option(
      "-c, --config <file>",
      "configuration file, or a folder with an offhook.yaml (default: the working folder, if it has one)",
    )
    .option("--once", "stop after the call; exit with 0 only if it went as it should", false)
    .option("--no-call", "do not place the first call")
    .action(async (options: DevOptions) => {
      process.exitCode = await runDev(options);
    });
}

const print = (line: string) => console.log(line);

async function runDev(options: DevOptions): Promise<number> {
  const loaded = loadConfig({
    ...(options.config === undefined ? {} : { file: options.config }),
    mode: "development",
    environment: process.env,
    fallback: defaultDevelopmentConfig(join(packageRoot(), "examples", "hello", "index.mjs")),
  });
  const config = await withFreePorts(loaded);
  const timeline = createTimeline(print, () => systemClock.now());
  const log = createLogger({ level: shownLevel(config), write: timeline.log });
  for (const warning of config.warnings) log.warn({}, warning);
  const phone = await createTestPhone(config, log, timeline);
  try {
    return await runServer(options, config, { timeline, log, phone });
  } finally {
    await phone.close();
  }
}

interface DevParts {
  readonly timeline: Timeline;
  readonly log: Logger;
  readonly phone: TestPhone;
}

async function runServer(options: DevOptions, config: Config, { timeline, log, phone }: DevParts): Promise<number> {
  const watchers = new Set<(observation: CallObservation) => void>();
  const startedAt = performance.now();
  const server = await startServer({
    config,
    clock: systemClock,
    log,
    defaultRoute: () => phone.address,
    onObservation: (observation) => {
      timeline.observe(observation);
      for (const watch of watchers) watch(observation);
    },
    onTrace: timeline.trace,
    onRefusal: timeline.refuse,
    onFunctionOutput: timeline.output,
    onFunctionReload: (name, file) => print(`\nfunction ${name} loaded again: ${file} changed. Press Enter to call.\n`),
  });
  try {
    print(`Offhook is ready (${Math.round(performance.now() - startedAt)} ms).\n`);
    const call = () => placeDevCall({ config, server, phone, watchers, print });
    if (options.once) return !options.call || (await call()).good ? 0 : 1;
    await runUntilStopped(call, options.call, phone, log, () => printGuide(print, config, server));
    print("\nstopping ...");
    return 0;
  } finally {
    await server.close();
  }
}

/** The timeline tells what goes well; of the log only warnings and errors stand beside it, unless debug is asked for. */
function shownLevel({ log: { level } }: Config): LogLevel {
  return level === "info" ? "warn" : level;
}

/** The embedded default ports, or the next free ones, so that two servers can run side by side. A file's ports are kept. */
async function withFreePorts(config: Config): Promise<Config> {
  if (config.file !== undefined) return config;
  const [first] = config.sip.listeners;
  const sipPort = first === undefined ? 0 : await freePort(first.host, first.port, true);
  return {
    ...config,
    sip: { ...config.sip, listeners: config.sip.listeners.map((listener) => ({ ...listener, port: sipPort })) },
    api: { ...config.api, port: await freePort(config.api.address, config.api.port, false) },
  };
}

/** Until q or a signal: Enter calls, or hangs up; telephone keys are pressed in the call. `guide` comes after the first call. */
async function runUntilStopped(
  placeCall: () => Promise<Verdict>,
  callsFirst: boolean,
  phone: TestPhone,
  log: Logger,
  guide: () => void,
): Promise<void> {
  let calling = false;
  const call = async () => {
    calling = true;
    await placeCall().catch((error: unknown) => log.error({ err: error }, "the call could not be placed"));
    calling = false;
  };
  const keys = onKeys({
    enter: () => (calling ? phone.hangUp() : void call()),
    telephoneKey: phone.pressKey,
  });
  if (callsFirst && process.stdin.isTTY) print("In a call, 0-9 * # are pressed and Enter hangs up. q stops.\n");
  const stopped = Promise.race([stopSignal(), keys.quit]).then(() => "stopped" as const);
  try {
    if (callsFirst && (await Promise.race([call(), stopped])) === "stopped") return;
    guide();
    await stopped;
  } finally {
    keys.close();
  }
}
