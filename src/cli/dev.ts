import { join } from "node:path";
import {
  defaultDevelopmentConfig,
  loadConfig,
  startServer,
  type CallObservation,
  type Config,
  type Server,
} from "../app/index.ts";
import { createLogger, errorMessage, packageRoot, systemClock, type Logger, type LogLevel } from "../kernel/index.ts";
import { Command } from "commander";
import { createTestPhone, type TestPhone } from "./dev-phone.ts";
import { printGuide } from "./dev-guide.ts";
import { judgeCall, requestFirstCall, type Verdict } from "./first-call.ts";
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
    .description("Starts the server in development mode and places one call to a built-in test phone.")
    .option("-c, --config <file>", "configuration file (default: offhook.yaml if there is one)")
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
    onFunctionOutput: timeline.output,
    onFunctionReload: (name, file) => print(`\nfunction ${name} loaded again: ${file} changed. Press Enter to call.\n`),
  });
  try {
    print(`Offhook is ready (${Math.round(performance.now() - startedAt)} ms).\n`);
    const call = () => placeCall(config, server, phone, watchers);
    const verdict = options.call ? await call() : undefined;
    if (options.once) return verdict === undefined || verdict.good ? 0 : 1;
    printGuide(print, config, server);
    await untilStopped(call, log);
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

/** Prints a verdict. */
function printed(verdict: Verdict): Verdict {
  print(verdict.text);
  return verdict;
}

async function placeCall(
  config: Config,
  server: Server,
  phone: TestPhone,
  watchers: Set<(observation: CallObservation) => void>,
): Promise<Verdict> {
  const [application] = config.applications;
  const [from] = config.numbers;
  if (application === undefined || from === undefined) {
    const missing = application === undefined ? "applications" : "numbers";
    return printed({ good: false, text: `no call was placed: the configuration has no ${missing}` });
  }
  if (config.trunk !== undefined) {
    return printed({
      good: true,
      text: "no call was placed: the configuration names a trunk, and it would leave this machine",
    });
  }
  const observations: CallObservation[] = [];
  let transactionId = "";
  let told = () => undefined as void;
  const over = new Promise<void>((resolve) => (told = resolve));
  const watch = (observation: CallObservation) => {
    observations.push(observation);
    const isOurs = transactionId === "" || observation.transactionId === transactionId;
    if (isOurs && observation.fact.type === "call-ended") told();
  };
  watchers.add(watch);
  try {
    const expected = phone.expectCall();
    transactionId = await requestFirstCall({
      apiUrl: server.apiUrl,
      region: config.region,
      applicationId: application.id,
      from,
      to: phone.number,
    });
    await over;
    const report = await expected.report();
    const ours = observations.filter((observation) => observation.transactionId === transactionId);
    const verdict = judgeCall(report, ours);
    print(`\n${verdict.good ? "The call went as it should" : "The call did not go as it should"}: ${verdict.text}.`);
    return verdict;
  } catch (error) {
    const verdict = { good: false, text: errorMessage(error) };
    print(`\nThe call could not be placed: ${verdict.text}.`);
    return verdict;
  } finally {
    watchers.delete(watch);
  }
}

/** Calls again at Enter; ends at q or a signal. */
async function untilStopped(call: () => Promise<Verdict>, log: Logger): Promise<void> {
  let calling = false;
  const keys = onKeys({
    enter: () => {
      if (calling) return;
      calling = true;
      call()
        .catch((error: unknown) => log.error({ err: error }, "the call could not be placed"))
        .finally(() => {
          calling = false;
        });
    },
  });
  await Promise.race([stopSignal(), keys.quit]);
  keys.close();
}
