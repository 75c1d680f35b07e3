import { isDeepStrictEqual } from "node:util";
import { startServer, type CallObservation, type Config, type Server } from "../../app/index.ts";
import { createLogger, errorCode, systemClock, type Logger, type LogLevel } from "../../kernel/index.ts";
import { watchConfig } from "./config-edits.ts";
import { placeDevCall } from "./call.ts";
import { callIt, keysHelp, describeConsole, printGuide } from "./guide.ts";
import { createTestPhone, type TestPhone } from "./phone.ts";
import type { DevSetup } from "./setup.ts";
import type { Verdict } from "./first-call.ts";
import { onKeys } from "./keys.ts";
import { createTimeline, type Timeline } from "../timeline/timeline.ts";

/** What a session of development mode runs on. */
export interface DevSession {
  readonly setup: DevSetup;
  /** As it was read. */
  readonly written: Config;
  /** The same with ports that are free. */
  readonly config: Config;
  /** End after one call. */
  readonly once: boolean;
  readonly callsFirst: boolean;
  /** Whether the user has not been told yet how to go on. */
  readonly isFirst: boolean;
  /** Resolves when the user wants to stop. */
  readonly stopped: Promise<unknown>;
  readonly onReady: () => void;
  readonly print: (line: string) => void;
}

/** How a session ended: for good, or to begin again on an edited configuration. */
export type DevEnd =
  | { readonly type: "stopped"; readonly exitCode: number }
  | { readonly type: "configured"; readonly config: Config };

interface DevParts {
  readonly session: DevSession;
  readonly timeline: Timeline;
  readonly log: Logger;
  readonly phone: TestPhone;
}

/** Runs server, test phone and timeline until the user stops, the one call is over, or the configuration was edited. */
export async function runDevSession(session: DevSession): Promise<DevEnd> {
  const { config, print } = session;
  const timeline = createTimeline(print, () => systemClock.now());
  const log = createLogger({ level: shownLevel(config), write: timeline.log });
  for (const warning of config.warnings) log.warn({}, warning);
  const phone = await createTestPhone(config, log, timeline);
  try {
    return await runServer({ session, timeline, log, phone });
  } catch (error) {
    if (errorCode(error) !== "APP_START_GIVEN_UP") throw error;
    print("\nstopping ...");
    return { type: "stopped", exitCode: session.once ? 1 : 0 };
  } finally {
    await phone.close();
  }
}

async function runServer({ session, timeline, log, phone }: DevParts): Promise<DevEnd> {
  const { config, setup, print, once } = session;
  const watchers = new Set<(observation: CallObservation) => void>();
  const startedAt = performance.now();
  const repairs = createRepairs();
  const last: string[] = [];
  const server = await startServer({
    givenUp: session.stopped,
    config,
    clock: systemClock,
    log,
    defaultRoute: () => phone.address,
    onObservation: (observation) => {
      timeline.observe(observation);
      for (const watch of watchers) watch(observation);
    },
    onOccurrence: timeline.meet,
    onTrace: timeline.trace,
    onRefusal: timeline.refuse,
    onRegistration: timeline.register,
    onFunctionOutput: timeline.output,
    async runCaller(order, door, tell) {
      // The kit is loaded with the first of them.
      const kit = await import("../../testing/index.ts");
      return kit.runCaller(order, door, tell);
    },
    async writeTest(history, functionPath, handler) {
      // Few sessions write a test: the kit is loaded with the first.
      const { printScenes, writeScene } = await import("../../testing/index.ts");
      const named = handler === "handler" ? {} : { handler };
      return printScenes({ function: functionPath, ...named, scenes: [writeScene(history)] });
    },
    onFunctionReload: (name, file) => {
      repairs.cured(name);
      print(`\nfunction ${name} loaded again: ${file} changed. Press Enter to call.\n`);
    },
  });
  try {
    session.onReady();
    repairs.begin(server.unloadedFunctions);
    const readyMs = Math.round(performance.now() - startedAt);
    const waits = once ? "No call was placed.\n" : "Offhook waits for the save that lets it load.\n";
    print(repairs.areNeeded() ? waits : `Offhook is ready (${readyMs} ms).\n`);
    if (!once) print(`${describeConsole(server)}\n`);
    if (config.api.pagesFolder !== undefined) print(`Web page   ${server.apiUrl}/\n`);
    if (once && repairs.areNeeded()) return { type: "stopped", exitCode: 1 };
    let isOver = false;
    // No verdict on a call that the user ended. With --once the verdict comes after all lines of the call.
    const say = (line: string) => void (isOver || (once ? last.push(line) : print(line)));
    const now = { config };
    const call = () =>
      placeDevCall({ config: now.config, isExample: setup.isExample, server, phone, watchers, print: say });
    if (once) {
      const verdict = session.callsFirst ? await Promise.race([call(), session.stopped.then(() => broken)]) : unasked;
      isOver = true;
      return { type: "stopped", exitCode: verdict.good ? 0 : 1 };
    }
    const end = await runUntilEnd({ session, server, phone, log, watchers, call, now, repaired: repairs.done });
    isOver = end.type === "stopped";
    print(end.type === "stopped" ? "\nstopping ..." : "\nThe configuration changed, and is taken.\n");
    return end;
  } finally {
    await server.close();
    for (const line of last) print(line);
  }
}

const broken: Verdict = { good: false, text: "the user stopped it" };
const unasked: Verdict = { good: true, text: "no call was asked for" };

/** Functions that could not be loaded at the start, until a save lets them. */
function createRepairs() {
  const broken = new Set<string>();
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (finish = resolve));
  return {
    done,
    areNeeded: () => broken.size > 0,
    begin(unloaded: Server["unloadedFunctions"]) {
      for (const { functionName } of unloaded) broken.add(functionName);
      if (broken.size === 0) finish();
    },
    cured(name: string) {
      if (broken.delete(name) && broken.size === 0) finish();
    },
  };
}

/** The timeline tells what goes well; of the log only warnings and errors stand beside it, unless debug is asked for. */
function shownLevel({ log: { level } }: Config): LogLevel {
  return level === "info" ? "warn" : level;
}

interface RunningDev {
  readonly session: DevSession;
  readonly server: Server;
  readonly phone: TestPhone;
  readonly log: Logger;
  readonly watchers: Set<(observation: CallObservation) => void>;
  readonly call: () => Promise<Verdict>;
  /** The configuration that the server has. */
  readonly now: { config: Config };
  /** Resolves when every function can be loaded. */
  readonly repaired: Promise<void>;
}

/** Until q, a signal or an edit: Enter calls, or hangs up; telephone keys are pressed in the call. The guide comes after the first
 * call. */
async function runUntilEnd(running: RunningDev): Promise<DevEnd> {
  const { session, server, phone, log } = running;
  const { print, written, setup } = session;
  let calling: Promise<void> | undefined;
  const place = async () => {
    await running.call().catch((error: unknown) => log.error({ err: error }, "the call could not be placed"));
    calling = undefined;
  };
  const call = () => (calling = place());
  const keys = onKeys({
    enter: () => (calling === undefined ? void call() : phone.hangUp()),
    telephoneKey: phone.pressKey,
    help: () => print(keysHelp),
  });
  const edits = watchConfig(written, { load: () => setup.load(), take: (next) => takeEdit(running, next), print });
  const stopped = Promise.race([session.stopped, keys.quit]).then((): DevEnd => ({ type: "stopped", exitCode: 0 }));
  const edited = edits.needRestart.then(async (): Promise<DevEnd> => {
    await whenIdle(running);
    // The verdict on the call comes before it.
    await calling;
    return { type: "configured", config: edits.latest() };
  });
  const end = Promise.race([stopped, edited]);
  try {
    if (session.callsFirst) {
      const before = await Promise.race([running.repaired, end]);
      if (before !== undefined) return before;
      if (process.stdin.isTTY) print("In a call, 0-9 * # are pressed and Enter hangs up. h for help, q stops.\n");
      const early = await Promise.race([call(), end]);
      if (early !== undefined) return early;
    }
    if (session.isFirst) printGuide(print, session.config, server);
    else print(`${callIt(session.config, server)}\n`);
    return await end;
  } finally {
    keys.close();
    await edits.close();
  }
}

/** Lets the server take an edit while calls go on; gives false where a part of it waits for a new start. */
async function takeEdit({ server, session, now }: RunningDev, next: Config): Promise<boolean> {
  const config = onPortsOf(session, next);
  const { taken, needRestart } = await server.reload(config);
  now.config = config;
  if (needRestart.length > 0) return false;
  if (taken.length > 0)
    session.print(`\nThe configuration changed, and is taken: ${taken.join(", ")}.\n\n${callIt(config, server)}\n`);
  return true;
}

/** The configuration with the ports that the session has in place of those that were taken, where nothing else was written since. */
function onPortsOf({ written, config }: DevSession, next: Config): Config {
  const isSame = (read: (one: Config) => unknown) => isDeepStrictEqual(read(written), read(next));
  return {
    ...next,
    ...(isSame(({ sip }) => sip.listeners) ? { sip: { ...next.sip, listeners: config.sip.listeners } } : {}),
    ...(isSame(({ api }) => api.port) ? { api: { ...next.api, port: config.api.port } } : {}),
  };
}

/** Resolves when no call is up; says that it waits for one. */
async function whenIdle({ server, watchers, session }: RunningDev): Promise<void> {
  if (server.ledger().calls === 0) return;
  session.print("\nThe configuration changed; it is taken when the call is over.\n");
  await new Promise<void>((resolve) => {
    const watch = ({ fact }: CallObservation) => {
      // The call leaves the ledger right after it is told to be over.
      if (fact.type === "call-ended") setImmediate(() => void (server.ledger().calls === 0 && resolve()));
    };
    watchers.add(watch);
  });
}
