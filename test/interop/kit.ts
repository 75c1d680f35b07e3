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
import { silentLogger } from "../../src/kernel/index.ts";
import type { SipAddress, SipTraceEntry } from "../../src/sip/index.ts";
import { createFastClock, type FastClock } from "./fast-clock.ts";
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
  /** Other keys of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A server with its function, for one test. */
export interface CallKit {
  readonly server: Server;
  readonly clock: FastClock;
  /** For files of peers; removed at the end. */
  readonly folder: string;
  /** Where the server speaks SIP. */
  address(transport: "udp" | "tcp"): SipAddress;
  /** The events that the function got, in the order in which it got them. */
  events(): readonly WireEvent[];
  eventTypes(): readonly string[];
  /** Other lines that the function printed. */
  readonly lines: readonly string[];
  readonly facts: readonly CallFact[];
  readonly trace: readonly SipTraceEntry[];
  /** Sends calls out to a peer from now on. */
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
  /** Resolves once so many calls have ended and all that their functions printed is here. */
  untilEnded(calls?: number): Promise<void>;
}

/** A test with a server of its own. When the test is over, everything that the server opened must have come back to zero. */
export function callTest(
  title: string,
  options: KitOptions,
  body: (kit: CallKit, t: TestContext) => Promise<void>,
): void {
  test(title, async (t) => {
    const opened = await openKit(options);
    try {
      await body(opened.kit, t);
      await opened.untilIdle();
    } catch (error) {
      console.log(await opened.report(title));
      throw error;
    } finally {
      await opened.close();
    }
  });
}

const client = (endpoint: string) =>
  new ChimeSDKVoiceClient({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "offhook", secretAccessKey: "offhook" },
  });

async function openKit(options: KitOptions) {
  const folder = await mkdtemp(join(tmpdir(), "offhook-interop-"));
  await writeFiles(folder, options);
  const config = loadConfig({ mode: "production", environment: {}, folder });
  const clock = createFastClock();
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

  const server = await startServer({
    config,
    clock,
    log: silentLogger,
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

  const until: CallKit["until"] = async (what, condition, limitMs = 12_000) => {
    await new Promise<void>((resolve, reject) => {
      const finish = (error?: Error) => {
        waiting.delete(look);
        clearInterval(again);
        clearTimeout(limit);
        if (error === undefined) resolve();
        else reject(error);
      };
      const look = () => {
        Promise.resolve(condition()).then(
          (holds) => holds && finish(),
          (error: unknown) => finish(error as Error),
        );
      };
      // Files and ledgers change without a word.
      const again = setInterval(look, 20);
      const limit = setTimeout(() => finish(new Error(`not within ${limitMs / 1000} s: ${what}`)), limitMs);
      waiting.add(look);
      look();
    });
  };

  const kit: CallKit = {
    server,
    clock,
    folder,
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
      const { SipMediaApplicationCall: placed } = await api.send(
        new CreateSipMediaApplicationCallCommand({
          SipMediaApplicationId: config.applications[0]?.id,
          FromPhoneNumber: ownNumber,
          ToPhoneNumber: peerNumber,
          ...request,
        }),
      );
      return placed?.TransactionId ?? "";
    },
    update: async (transactionId, updateArguments) => {
      const { $metadata } = await api.send(
        new UpdateSipMediaApplicationCallCommand({
          SipMediaApplicationId: config.applications[0]?.id,
          TransactionId: transactionId,
          Arguments: updateArguments,
        }),
      );
      return $metadata.httpStatusCode;
    },
    watch: (program, describe) => programs.push({ program, describe }),
    onChange,
    until,
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
      await until("an idle ledger", () => isIdle(server.ledger()));
    },
    report: async (title: string) => {
      const told = await Promise.all(
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
        ...told,
      ].join("\n");
    },
    close: async () => {
      clock.run(200);
      for (const { program } of programs) await program.end();
      api.destroy();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const eventMark = "EVENT ";

async function writeFiles(folder: string, options: KitOptions): Promise<void> {
  const names = options.functions.map((_, index) => `app-${index}`);
  await mkdir(join(folder, "objects", "prompts"), { recursive: true });
  for (const [key, bytes] of Object.entries(options.prompts ?? {})) {
    await writeFile(join(folder, "objects", "prompts", key), bytes);
  }
  for (const [index, reply] of options.functions.entries()) {
    const body = typeof reply === "string" ? reply : `return ${JSON.stringify(reply)}[event.InvocationEventType];`;
    const handler = `console.log(${JSON.stringify(eventMark)} + JSON.stringify(event));
      const reply = async () => { ${body} };
      return { SchemaVersion: "1.0", Actions: (await reply()) ?? [] };`;
    await writeFile(join(folder, `${names[index]}.mjs`), `export const handler = async (event) => { ${handler} };`);
  }
  // JSON is YAML.
  await writeFile(
    join(folder, "offhook.yaml"),
    JSON.stringify({
      sip: { listen: ["udp://127.0.0.1:0", "tcp://127.0.0.1:0"] },
      api: { listen: "http://127.0.0.1:0" },
      media: { ports: "0-0", ...options.media },
      numbers: [ownNumber],
      functions: Object.fromEntries(names.map((name) => [name, `./${name}.mjs`])),
      applications: names.map((name) => ({ name, function: name })),
      rules: [{ name: "in", number: ownNumber, applications: names }],
      limits: options.limits ?? {},
      ...options.config,
    }),
  );
}

function isIdle({ functionProcesses: _warm, refusals: _counts, ...open }: ServerLedger): boolean {
  return Object.values(open).every((count) => count === 0);
}
