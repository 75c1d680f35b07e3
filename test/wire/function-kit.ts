import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { ChimeSDKVoiceClient, CreateSipMediaApplicationCallCommand } from "@aws-sdk/client-chime-sdk-voice";
import {
  loadConfig,
  startServer,
  type CallFact,
  type CallObservation,
  type Config,
  type FunctionOutput,
  type Server,
  type SipAddress,
} from "../../src/app/index.ts";
import type { Speech } from "../../src/speech/index.ts";
import { createLogger, packageRoot, systemClock, type Clock } from "../../src/kernel/index.ts";
import type { FastClock } from "../interop/fast-clock.ts";
import { ask } from "../interop/ask.ts";
import { ownNumber, peerNumber } from "../interop/kit.ts";
import { onTime } from "../interop/on-time.ts";
import type { Phone, PhoneOptions } from "../../src/testing/index.ts";
import { openPhoneIn, type OpenedPhone } from "./call-phone.ts";
import { createSocketWorld, createVirtualWorld, type World } from "./world.ts";
import { createDoorbell } from "./call-scene.ts";

/** An event as a function gets it; other members are not typed. */
export interface RawEvent extends Readonly<Record<string, unknown>> {
  readonly InvocationEventType: string;
  readonly ActionData?: { readonly Type: string; readonly Parameters: Readonly<Record<string, unknown>> };
  readonly CallDetails: Readonly<Record<string, unknown>>;
}

export interface FunctionTestOptions {
  /** A folder such as "examples/voicemail" whose own files and configuration are taken, on free ports, instead of all that follows but `mode`. */
  readonly example?: string;
  /** Files of the test's folder by path. "app.mjs" is the function unless `function` names another. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Path of the function's file, or the long form of the configuration. */
  readonly function?: string | Readonly<Record<string, unknown>>;
  readonly limits?: Readonly<Record<string, number>>;
  readonly mode?: "development" | "production";
  /** RTP has threads of its own, for what is heard in the machine's time; default: it goes through that of the test. */
  readonly hasThreads?: boolean;
  /** In place of real speech. */
  readonly speech?: Speech;
  /** Further keys of the configuration, in place of those that the kit writes. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A server whose function's files the test wrote itself, and a phone that answers at once. */
export interface FunctionKit {
  readonly server: Server;
  readonly world: World;
  readonly clock: FastClock;
  readonly config: Config;
  readonly folder: string;
  readonly phone: Phone;
  readonly doorbell: ReturnType<typeof createDoorbell>;
  readonly client: ChimeSDKVoiceClient;
  readonly observations: readonly CallObservation[];
  /** The facts of all calls. */
  readonly facts: readonly CallFact[];
  readonly output: readonly FunctionOutput[];
  /** Lines of the log from level `info` on. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** The file of the function's latest reload; undefined before the first. */
  reloaded(): string | undefined;
  sipAddress(): SipAddress;
  /** What the function was sent, in that order, from the fact number `from` on. */
  events(from?: number): readonly RawEvent[];
  /** Where the phone dials to reach the function. */
  uri(number?: string): string;
  /** Sends outbound calls to another phone from now on. */
  routeTo(phone: Phone): void;
  /** Calls the phone through the API; the transaction id. */
  call(request?: { readonly ArgumentsMap?: Record<string, string>; readonly ToPhoneNumber?: string }): Promise<string>;
  /** Opens another phone in the server's world, which answers at once unless told otherwise. */
  openPhone(options?: Partial<PhoneOptions>): Promise<OpenedPhone>;
  until(what: string, condition: () => boolean, limitMs?: number): Promise<void>;
  /** Waits for what the function prints, which comes in the machine's time. */
  untilPrinted(what: string, condition: (lines: readonly string[]) => boolean): Promise<void>;
  untilEnded(calls?: number): Promise<void>;
}

type FunctionTestBody = (kit: FunctionKit) => Promise<void>;

/** A test with a server, a function and a phone of its own, on the machine's sockets and time. When it is over, everything must have
 * come back to zero. */
export function functionTest(title: string, options: FunctionTestOptions, body: FunctionTestBody): void {
  testIn(() => createSocketWorld(undefined, options.hasThreads ?? false), title, options, body);
}

/** As `functionTest`, for audio that is judged to the packet as it comes, in the machine's time: `timedCallTest` says what becomes of attempts for
 * which the machine was late. */
export function timedFunctionTest(title: string, options: FunctionTestOptions, body: FunctionTestBody): void {
  test(title, () => onTime(title, () => playIn(() => createSocketWorld(), title, options, body)));
}

/** As `functionTest`, but SIP and RTP go over a network in memory, on virtual time. The function is real and has the machine's time:
 * while it thinks, nothing else happens in the call. */
export function virtualFunctionTest(title: string, options: FunctionTestOptions, body: FunctionTestBody): void {
  testIn(() => createVirtualWorld(), title, options, body);
}

function testIn(...words: Parameters<typeof playIn>): void {
  test(words[1], () => playIn(...words));
}

async function playIn(
  createWorld: () => World,
  title: string,
  options: FunctionTestOptions,
  body: FunctionTestBody,
): Promise<void> {
  const opened = await openFunctionKit(options, createWorld());
  const { kit } = opened;
  try {
    await Promise.race([body(kit), kit.world.expired]);
    opened.hurry();
    await kit.until("an idle ledger", () => {
      const {
        functionProcesses: _warm,
        refusals: _counts,
        rtpPackets: _all,
        trunks: _trunks,
        ...open
      } = kit.server.ledger();
      return Object.values(open).every((count) => count === 0);
    });
  } catch (error) {
    console.log([`### ${title}`, ...[...kit.facts, ...kit.output, ...kit.log].map(brief)].join("\n"));
    console.log(brief(kit.server.ledger()));
    throw error;
  } finally {
    await opened.close();
  }
}

const brief = (entry: object) => JSON.stringify(entry).slice(0, 400);

async function openFunctionKit(options: FunctionTestOptions, world: World) {
  const { speech } = options;
  const folder = await mkdtemp(join(tmpdir(), "offhook-function-"));
  await writeFiles(folder, options);
  const environment = {
    OFFHOOK_SIP_PORT: "0",
    OFFHOOK_API_PORT: "0",
    OFFHOOK_MEDIA_PORTS: "0-0",
    OFFHOOK_MEDIA_WORKERS: "1",
  };
  const config = loadConfig({ mode: options.mode ?? "production", environment, folder });
  const doorbell = createDoorbell();
  const opened = await openPhoneIn(world, { onCall: doorbell.take });
  const { clock } = world;
  const observations: CallObservation[] = [];
  const facts: CallFact[] = [];
  const output: FunctionOutput[] = [];
  const log: Record<string, unknown>[] = [];
  let reloaded: string | undefined;
  let route = opened.phone.address;
  const server = await startServer({
    ...world.server,
    ...(speech === undefined ? {} : { rooms: { ...world.server.rooms, createSpeech: async () => speech } }),
    config,
    clock,
    log: createLogger({
      level: "info",
      write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>),
    }),
    defaultRoute: () => route,
    onObservation: (observation) => {
      observations.push(observation);
      facts.push(observation.fact);
    },
    onFunctionOutput: (entry) => void output.push(entry),
    onFunctionReload: (_name, file) => void (reloaded = file),
  });
  const client = new ChimeSDKVoiceClient({
    region: config.region,
    endpoint: server.apiUrl,
    credentials: { accessKeyId: "offhook", secretAccessKey: "offhook" },
    maxAttempts: 1,
  });
  const send = client.send.bind(client);
  client.send = ((command: Parameters<typeof send>[0]) => world.during(send(command))) as typeof send;
  const until: FunctionKit["until"] = (what, condition, limitMs) => untilBy(world.waiting, what, condition, limitMs);
  const sipAddress = () => server.sipListeners[0] as SipAddress;
  const kit: FunctionKit = {
    ...{
      server,
      world,
      clock,
      config,
      folder,
      doorbell,
      client,
      observations,
      facts,
      output,
      log,
      sipAddress,
      until,
    },
    untilPrinted: (what, condition) =>
      world.during(untilBy(systemClock, what, () => condition(output.map(({ line }) => line)))),
    openPhone: (phone = {}) => openPhoneIn(world, phone),
    phone: opened.phone,
    reloaded: () => reloaded,
    routeTo: (phone) => void (route = phone.address),
    events: (from = 0) =>
      facts.slice(from).flatMap((fact) => (fact.type === "invoked" ? [fact.event as RawEvent] : [])),
    uri: (number = ownNumber) => `sip:${number}@${sipAddress().host}:${sipAddress().port}`,
    call: async (request = {}) => {
      const [application] = config.applications;
      const { SipMediaApplicationCall: placed } = await client.send(
        new CreateSipMediaApplicationCallCommand({
          SipMediaApplicationId: application?.id,
          FromPhoneNumber: ownNumber,
          ToPhoneNumber: peerNumber,
          ...request,
        }),
      );
      return placed?.TransactionId ?? "";
    },
    untilEnded: (calls = 1) =>
      until(
        `${calls} calls ended`,
        () => facts.filter(({ type }) => type === "call-ended").length >= calls && server.ledger().invocations === 0,
      ),
  };
  return {
    kit,
    hurry: () => clock.run(200),
    close: async () => {
      clock.run(200);
      await opened.close();
      client.destroy();
      await server.close();
      world.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeFiles(folder: string, options: FunctionTestOptions): Promise<void> {
  if (options.example !== undefined) {
    const source = join(packageRoot(), options.example);
    await cp(source, folder, {
      recursive: true,
      filter: (path) => !/\.offhook|objects.(messages|recordings)/.test(path),
    });
    // What it imports is found as in the clone.
    await symlink(join(packageRoot(), "node_modules"), join(folder, "node_modules"), "junction");
    return;
  }
  for (const [path, content] of Object.entries({ ...options.files, "offhook.yaml": configOf(options) })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

function configOf(options: FunctionTestOptions): string {
  // JSON is YAML.
  return JSON.stringify({
    sip: { listen: ["udp://127.0.0.1:0"] },
    numbers: [ownNumber],
    functions: { app: options.function ?? "./app.mjs" },
    applications: [{ name: "app", function: "app" }],
    rules: [{ name: "in", number: ownNumber, applications: ["app"] }],
    limits: options.limits ?? {},
    ...options.config,
  });
}

/** Resolves once `condition` holds; rejects with `what` after `limitMs`, which only guards against hanging. */
export function until(what: string, condition: () => boolean, limitMs?: number): Promise<void> {
  return untilBy(systemClock, what, condition, limitMs);
}

async function untilBy(clock: Clock, what: string, condition: () => boolean, limitMs = 60_000): Promise<void> {
  const endMs = clock.monotonicMs() + limitMs;
  while ((await ask(condition)) !== true) {
    if (clock.monotonicMs() > endMs) throw new Error(`not within ${limitMs / 1000} s: ${what}`);
    await new Promise<void>((resolve) => void clock.startTimer(10, resolve));
  }
}
