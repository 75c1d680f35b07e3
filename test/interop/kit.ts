import {
  ChimeSDKVoiceClient,
  CreateSipMediaApplicationCallCommand,
  UpdateSipMediaApplicationCallCommand,
  type CreateSipMediaApplicationCallCommandInput,
} from "@aws-sdk/client-chime-sdk-voice";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { loadConfig, startServer, type CallFact, type Server, type ServerLedger } from "../../src/app/index.ts";
import { silentLogger, type Clock, type Logger } from "../../src/kernel/index.ts";
import type { SipAddress, SipTraceEntry } from "../../src/sip/index.ts";
import type { PhoneOptions } from "../../src/testing/index.ts";
import type { InlineFunctions } from "../../src/testing/internal/inline-functions.ts";
import { openPhoneIn, type OpenedPhone } from "../wire/call-phone.ts";
import { createSocketWorld, createVirtualWorld, type World } from "../wire/world.ts";
import { ask } from "./ask.ts";
import type { FastClock } from "./fast-clock.ts";
import { onTime } from "./on-time.ts";
import type { Program } from "./program.ts";

/** The number that the server owns. */
export const ownNumber = "+12065550100";
/** A number that the peer has. */
export const peerNumber = "+15105550101";

/** An action as a function returns it. */
export interface WireAction {
  readonly Type: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
}

/** What an event holds that tests look at. */
export interface WireEvent {
  readonly Sequence: number;
  readonly InvocationEventType: string;
  readonly ActionData?: {
    readonly Type: string;
    readonly Parameters: Readonly<Record<string, unknown>>;
    readonly ErrorType?: string;
  };
  readonly CallDetails: {
    readonly TransactionId: string;
    readonly SipMediaApplicationId: string;
    readonly Participants: readonly Readonly<Record<string, unknown>>[];
  };
}

export interface KitOptions {
  /** What the function returns for each event type (else an empty list), or the body of an async function of `event` that
   * returns the list. One application for each, in the order of their priority. */
  readonly functions: readonly (Readonly<Record<string, readonly WireAction[]>> | string)[];
  /** Objects of the bucket "prompts". */
  readonly prompts?: Readonly<Record<string, Uint8Array>>;
  readonly media?: Readonly<Record<string, unknown>>;
  readonly limits?: Readonly<Record<string, number>>;
  /** The server's; default: nobody reads it. */
  readonly log?: Logger;
  /** Other keys of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A server with its function, for one test. */
export interface CallKit {
  readonly server: Server;
  readonly clock: FastClock;
  readonly world: World;
  /** For files of peers; removed at the end. */
  readonly folder: string;
  /** Opens a phone in the server's world, which answers at once unless told otherwise. */
  openPhone(options?: Partial<PhoneOptions>): Promise<OpenedPhone>;
  /** Where the server speaks SIP. */
  address(transport: SipAddress["transport"]): SipAddress;
  /** The events that the function got, in the order in which it got them. */
  events(): readonly WireEvent[];
  eventTypes(): readonly string[];
  /** Other lines that the function printed. */
  readonly lines: readonly string[];
  readonly facts: readonly CallFact[];
  readonly trace: readonly SipTraceEntry[];
  /** Sends outbound calls to a peer from now on. */
  routeTo(peer: SipAddress): void;
  /** Calls `peerNumber` through the official client; the transaction id. */
  call(request?: Partial<CreateSipMediaApplicationCallCommandInput>): Promise<string>;
  update(transactionId: string, updateArguments: Record<string, string>): Promise<number | undefined>;
  /** Adds a program that is ended, and shown if the test fails. */
  watch(program: Program, describe?: () => Promise<string>): void;
  /** Something happened that an `until` may wait for. */
  onChange(): void;
  /** Resolves once `condition` holds; it is asked again whenever something happens. Rejects after `limitMs` with `what`. */
  until(what: string, condition: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>;
  /** Resolves when so much time has passed. */
  pass(durationMs: number): Promise<void>;
  /** Resolves once so many calls have ended and all that their functions printed is here. */
  untilEnded(calls?: number): Promise<void>;
}

/** What tests wait for comes sooner, or never. */
const guardMs = 60_000;

type KitBody = (kit: CallKit) => Promise<void>;
type CallTestBody = (kit: CallKit, t: TestContext) => Promise<void>;

/** A test with a server of its own, on the machine's sockets and time. When the test is over, everything that the server opened must
 * have come back to zero. */
export function callTest(title: string, options: KitOptions, body: CallTestBody): void {
  testIn(() => createSocketWorld(), title, options, body);
}

/** As `callTest`, but with its functions in the same process: for what goes on between the server and its far ends. */
export function socketCallTest(title: string, options: KitOptions, body: CallTestBody): void {
  testIn(inSockets(options), title, options, body);
}

/** As `socketCallTest`, but with RTP in the thread of the test too, so that no worker has to start: for signalling, where no audio has to be in time. */
export function signallingTest(title: string, options: KitOptions, body: CallTestBody): void {
  testIn(inSockets(options, false), title, options, body);
}

/** As `signallingTest`, but with its functions in processes. */
export function processTest(title: string, options: KitOptions, body: CallTestBody): void {
  testIn(() => createSocketWorld(undefined, false), title, options, body);
}

const inSockets =
  (options: KitOptions, hasThreads = true): CreateWorld =>
  (onLine) =>
    createSocketWorld((clock) => inlineFunctions(options, clock, onLine), hasThreads);

/** Plays with one more server inside of such a test. */
export function playOnSockets(title: string, options: KitOptions, body: KitBody): Promise<void> {
  return playIn(inSockets(options), title, options, body);
}

/** As `socketCallTest`, but on virtual time and a network in memory: no time of the machine is in it, and seconds of it take
 * milliseconds. */
export function virtualCallTest(title: string, options: KitOptions, body: CallTestBody): void {
  testIn((onLine) => createVirtualWorld((clock) => inlineFunctions(options, clock, onLine)), title, options, body);
}

/** As `socketCallTest`, for scenes in which a program hears audio as it comes, in the machine's time. An attempt that fails while the machine
 * was later than a packet lasts says nothing of the server; the next one is judged. How often that happens is printed. */
export function timedCallTest(title: string, options: KitOptions, body: CallTestBody): void {
  test(title, (t) => onTime(title, () => playIn(inSockets(options), title, options, (kit) => body(kit, t))));
}

type CreateWorld = (onLine: (line: string) => void) => World;

function testIn(createWorld: CreateWorld, title: string, options: KitOptions, body: CallTestBody): void {
  test(title, (t) => playIn(createWorld, title, options, (kit) => body(kit, t)));
}

async function playIn(createWorld: CreateWorld, title: string, options: KitOptions, body: KitBody): Promise<void> {
  const opened = await openKit(options, createWorld);
  try {
    await Promise.race([body(opened.kit).then(() => opened.untilIdle()), opened.kit.world.expired]);
  } catch (error) {
    console.log(await opened.report(title));
    throw error;
  } finally {
    await opened.close();
  }
}

const client = (endpoint: string) =>
  new ChimeSDKVoiceClient({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "offhook", secretAccessKey: "offhook" },
  });

async function openKit(options: KitOptions, createWorld: CreateWorld) {
  const folder = await mkdtemp(join(tmpdir(), "offhook-interop-"));
  await writeFiles(folder, options);
  const config = loadConfig({ mode: "production", environment: {}, folder });
  const lines: string[] = [];
  const facts: CallFact[] = [];
  const trace: SipTraceEntry[] = [];
  const programs: { program: Program; describe?: (() => Promise<string>) | undefined }[] = [];
  const waiting = new Set<() => void>();
  let route: SipAddress | undefined;
  const onChange = () => {
    for (const look of waiting) look();
  };
  const add = <T>(list: T[], entry: T) => {
    list.push(entry);
    onChange();
  };

  const world = createWorld((line) => add(lines, line));
  const { clock } = world;
  const server = await startServer({
    ...world.server,
    config,
    clock,
    log: options.log ?? silentLogger,
    defaultRoute: () => route,
    onObservation: ({ fact }) => add(facts, fact),
    onTrace: (entry) => add(trace, entry),
    onFunctionOutput: ({ line }) => add(lines, line),
  });
  const api = client(server.apiUrl);
  const events = () =>
    lines
      .filter((line) => line.startsWith(eventMark))
      .map((line) => JSON.parse(line.slice(eventMark.length)) as WireEvent);

  const count = (type: CallFact["type"]) => facts.filter((fact) => fact.type === type).length;

  const pass: CallKit["pass"] = (durationMs) =>
    new Promise((resolve) => void world.waiting.startTimer(durationMs, resolve));

  const untilWithin = async (
    what: string,
    condition: () => boolean | Promise<boolean>,
    limitMs: number,
    everyMs: number,
  ) => {
    const { waiting: clock } = world;
    await new Promise<void>((resolve, reject) => {
      const finish = (error?: Error) => {
        waiting.delete(look);
        again.cancel();
        limit.cancel();
        if (error === undefined) resolve();
        else reject(error);
      };
      const look = () => {
        // One that throws must fail the wait, and not the timer that asks.
        ask(condition).then(
          (holds) => holds === true && finish(),
          (error: unknown) => finish(error as Error),
        );
      };
      // Files and ledgers change without a word.
      const lookAgain = () => {
        look();
        again = clock.startTimer(everyMs, lookAgain);
      };
      let again = clock.startTimer(everyMs, lookAgain);
      const limit = clock.startTimer(limitMs, () => finish(new Error(`not within ${limitMs / 1000} s: ${what}`)));
      waiting.add(look);
      look();
    });
  };
  const until: CallKit["until"] = (what, condition, limitMs = guardMs) => untilWithin(what, condition, limitMs, 20);

  const kit: CallKit = {
    server,
    world,
    clock,
    folder,
    openPhone: (phone = {}) => openPhoneIn(world, phone),
    lines,
    facts,
    trace,
    address: (transport) => server.sipListeners.find((listener) => listener.transport === transport) as SipAddress,
    events,
    eventTypes: () => events().map((event) => event.InvocationEventType),
    routeTo: (peer) => {
      route = peer;
    },
    call: async (request = {}) => {
      const { SipMediaApplicationCall: placed } = await world.during(
        api.send(
          new CreateSipMediaApplicationCallCommand({
            SipMediaApplicationId: config.applications[0]?.id,
            FromPhoneNumber: ownNumber,
            ToPhoneNumber: peerNumber,
            ...request,
          }),
        ),
      );
      return placed?.TransactionId ?? "";
    },
    update: async (transactionId, updateArguments) => {
      const { $metadata } = await world.during(
        api.send(
          new UpdateSipMediaApplicationCallCommand({
            SipMediaApplicationId: config.applications[0]?.id,
            TransactionId: transactionId,
            Arguments: updateArguments,
          }),
        ),
      );
      return $metadata.httpStatusCode;
    },
    watch: (program, describe) => programs.push({ program, describe }),
    onChange,
    until,
    pass,
    untilEnded: (calls = 1) =>
      until(
        `${calls} calls ended`,
        () => count("call-ended") >= calls && server.ledger().invocations === 0 && events().length >= count("replied"),
      ),
  };

  return {
    kit,
    untilIdle: async () => {
      for (const { program } of programs) await program.end();
      clock.run(200);
      await untilWithin("an idle ledger", () => isIdle(server.ledger()), guardMs, 200);
    },
    report: async (title: string) => {
      const reported = await Promise.all(
        programs.map(
          async ({ program, describe }) => `${program.name}:\n${(await describe?.()) ?? ""}\n${program.output()}`,
        ),
      );
      return [
        `### ${title}`,
        ...facts.map((fact) => JSON.stringify(fact).slice(0, 300)),
        ...trace
          .slice(-60)
          .map(
            ({ direction, startLine, isRetransmission }) =>
              `${direction} ${startLine} ${isRetransmission ? "(again)" : ""}`,
          ),
        ...lines.filter((line) => !line.startsWith(eventMark)),
        JSON.stringify(server.ledger()),
        ...reported,
      ].join("\n");
    },
    close: async () => {
      clock.run(200);
      for (const { program } of programs) await program.end();
      api.destroy();
      await server.close();
      world.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const eventMark = "EVENT ";

/** The body of the handler that does what the options say. */
function handlerBody(reply: KitOptions["functions"][number]): string {
  const body = typeof reply === "string" ? reply : `return ${JSON.stringify(reply)}[event.InvocationEventType];`;
  return `console.log(${JSON.stringify(eventMark)} + JSON.stringify(event));
      const reply = async () => { ${body} };
      return { SchemaVersion: "1.0", Actions: (await reply()) ?? [] };`;
}

const functionName = (index: number) => `app-${index}`;

type InlineHandler = (event: unknown, console: object, setTimeout: object) => Promise<unknown>;
const InlineHandler = (async () => undefined).constructor as new (...words: readonly string[]) => InlineHandler;

/** The functions of the options, in this process, by a clock. */
function inlineFunctions(options: KitOptions, clock: Clock, onLine: (line: string) => void): InlineFunctions {
  const setTimer = (callback: () => void, delayMs: number) => clock.startTimer(delayMs, callback);
  const console = { log: (...words: readonly unknown[]) => onLine(words.join(" ")) };
  const handlers = options.functions.map((reply, index) => {
    const handler = new InlineHandler("event", "console", "setTimeout", handlerBody(reply));
    return [functionName(index), (event: unknown) => handler(event, console, setTimer)] as const;
  });
  return Object.fromEntries(handlers);
}

async function writeFiles(folder: string, options: KitOptions): Promise<void> {
  const names = options.functions.map((_, index) => functionName(index));
  await mkdir(join(folder, "objects", "prompts"), { recursive: true });
  for (const [key, bytes] of Object.entries(options.prompts ?? {})) {
    await writeFile(join(folder, "objects", "prompts", key), bytes);
  }
  for (const [index, reply] of options.functions.entries()) {
    const handler = handlerBody(reply);
    await writeFile(join(folder, `${names[index]}.mjs`), `export const handler = async (event) => { ${handler} };`);
  }
  // JSON is YAML.
  await writeFile(
    join(folder, "offhook.yaml"),
    JSON.stringify({
      sip: { listen: ["udp://127.0.0.1:0", "tcp://127.0.0.1:0"] },
      api: { listen: "http://127.0.0.1:0" },
      // One worker is enough for what a test hears; two, and calls between them, are in test/media.
      media: { ports: "0-0", workers: 1, ...options.media },
      numbers: [ownNumber],
      functions: Object.fromEntries(names.map((name) => [name, `./${name}.mjs`])),
      applications: names.map((name) => ({ name, function: name })),
      rules: [{ name: "in", number: ownNumber, applications: names }],
      limits: options.limits ?? {},
      ...options.config,
    }),
  );
}

/** Phones stay registered when a call is over. */
function isIdle({ functionProcesses: _warm, registrations: _phones, trunks, ...open }: ServerLedger): boolean {
  const counts = [...Object.values(open), ...Object.values(trunks).map(({ calls }) => calls)];
  return counts.every((count) => typeof count !== "number" || count === 0);
}
