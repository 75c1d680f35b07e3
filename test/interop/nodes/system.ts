import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signRequest } from "../../../src/api/index.ts";
import { packageRoot } from "../../../src/kernel/index.ts";
import { openTestPhone } from "../../../src/testing/index.ts";
import { startPostgres } from "../../store/postgres-cluster.ts";
import { ask } from "../ask.ts";
import { freePort } from "../ports.ts";
import { startProgram, type Program } from "../program.ts";
import { startFunction, type FunctionServer } from "./function-server.ts";

/** Three servers on one database, with Kamailio in front, as an operator runs them. */
export interface System {
  readonly function: FunctionServer;
  readonly nodes: readonly SystemNode[];
  /** Takes all calls that go out, and makes those that come in. */
  readonly phone: Awaited<ReturnType<typeof openTestPhone>>;
  readonly kamailio: Program;
  /** Where calls come in. */
  readonly proxyPort: number;
  close(): Promise<void>;
}

/** One server. */
export interface SystemNode {
  readonly index: number;
  readonly apiUrl: string;
  readonly sipPort: number;
  /** Its process now. */
  program(): Program;
  /** Starts its process; resolves when it takes calls. */
  start(): Promise<void>;
  /** Asks its API. */
  ask<Answer>(
    method: string,
    path: string,
    body?: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly body: Answer }>;
  /** Hears of its stream of events, behind one of them or from now on. */
  watch(after?: string): Promise<Watched>;
}

/** A stream of events. */
export interface Watched {
  /** Those that came, gaps as `{ why }`. */
  readonly events: readonly Readonly<Record<string, string>>[];
  close(): void;
}

/** The number of the system, and its application. */
export const ownNumber = "+12065550100";
export const applicationId = "11111111-2222-4333-8444-555555555555";

const key = { id: "operator", secret: "much-too-simple" };

/** Starts all of it. */
export async function startSystem(settings: object = {}, count = 3): Promise<System> {
  const folder = mkdtempSync(join(tmpdir(), "offhook-nodes-"));
  const closers: (() => Promise<unknown> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const one of closers.splice(0).toReversed()) await one();
  };
  try {
    const [database, told, phone] = await Promise.all([startPostgres(), startFunction(), openTestPhone()]);
    closers.push(database.remove, told.close, phone.close);
    await database.createDatabase("nodes");
    const proxyPort = await freePort();
    const store = { url: database.urlOf("nodes") };
    const nodes: SystemNode[] = [];
    for (let index = 0; index < count; index++) {
      const ports = { sip: await freePort(), api: await freePort() };
      const config = { ...settings, store, functions: { f: { url: told.urlFor(index) } } };
      nodes.push(createNode(join(folder, `node-${index}`), { index, ports, proxyPort, config }));
    }
    closers.push(async () => {
      await Promise.all(nodes.map((node) => node.program().end("SIGKILL")));
    });
    await Promise.all(nodes.map((node) => node.start()));
    const sipPorts = nodes.map(({ sipPort }) => sipPort);
    // A server of a busy machine is not dead yet.
    const firstResponseMs = 15_000;
    const carrierPort = phone.address.port;
    const kamailio = startKamailio(join(folder, "kamailio"), { proxyPort, sipPorts, carrierPort, firstResponseMs });
    closers.push(() => kamailio.end("SIGTERM"));
    return { function: told, nodes, phone, kamailio, proxyPort, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface NodeParts {
  readonly index: number;
  readonly ports: { readonly sip: number; readonly api: number };
  readonly proxyPort: number;
  readonly config: object;
}

function createNode(folder: string, { index, ports, proxyPort, config }: NodeParts): SystemNode {
  mkdirSync(folder, { recursive: true });
  const written = {
    sip: { listen: [`udp://127.0.0.1:${ports.sip}`] },
    api: {
      listen: `http://127.0.0.1:${ports.api}`,
      requestsPerSecond: 10_000,
      keys: [{ ...key, requestsPerSecond: 10_000 }],
    },
    media: { ports: "0-0", workers: 1 },
    trunk: { address: `sip:127.0.0.1:${proxyPort}` },
    numbers: [ownNumber],
    applications: [{ id: applicationId, name: "a", function: "f" }],
    rules: [{ name: "in", number: ownNumber, applications: ["a"] }],
    drainSeconds: 60,
    log: { level: "warn" },
    ...config,
  };
  writeFileSync(join(folder, "offhook.yaml"), JSON.stringify(written));
  const main = join(packageRoot(), "dist", "src", "cli", "main.js");
  const apiUrl = `http://127.0.0.1:${ports.api}`;
  let program: Program | undefined;
  const current = () => program ?? startUp();
  const startUp = () => {
    program = startProgram(process.execPath, ["--enable-source-maps", main, "serve"], {
      folder,
      onChange: () => undefined,
    });
    return program;
  };
  const headersFor = (method: string, url: URL, body: Buffer) => signRequest({ method, url, body }, key, Date.now());
  return {
    ...{ index, apiUrl, sipPort: ports.sip, program: current },
    async watch(after) {
      const url = new URL(`${apiUrl}/offhook/v1/events`);
      const control = new AbortController();
      const headers = { ...headersFor("GET", url, Buffer.from("")), ...(after && { "last-event-id": after }) };
      const { body } = await fetch(url, { headers, signal: control.signal });
      const events: Readonly<Record<string, string>>[] = [];
      void readEvents(body ?? new ReadableStream(), (event) => events.push(event)).catch(() => undefined);
      return { events, close: () => control.abort() };
    },
    async start() {
      const started = startUp();
      for (;;) {
        const isReady = await fetch(`${apiUrl}/readyz`).then(
          ({ status }) => status === 200,
          () => false,
        );
        if (isReady) return;
        if (!started.isRunning()) throw new Error(`a node did not start:\n${started.output()}`);
        await sleep(20);
      }
    },
    async ask<Answer>(method: string, path: string, body?: object, headers: Readonly<Record<string, string>> = {}) {
      const [url, sent] = [new URL(`${apiUrl}${path}`), Buffer.from(body === undefined ? "" : JSON.stringify(body))];
      const signed = headersFor(method, url, sent);
      const init = body && { body: sent };
      const response = await fetch(url, {
        method,
        headers: { ...signed, ...headers, "content-type": "application/json" },
        ...init,
      });
      return { status: response.status, body: (await response.json()) as Answer };
    },
  };
}

async function readEvents(body: AsyncIterable<Uint8Array>, take: (event: Record<string, string>) => void) {
  let text = "";
  for await (const chunk of body) {
    const blocks = (text + Buffer.from(chunk).toString()).split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) take(JSON.parse(data) as Record<string, string>);
    }
  }
}

interface KamailioParts {
  readonly proxyPort: number;
  /** Of the servers. */
  readonly sipPorts: readonly number[];
  readonly carrierPort: number;
  /** How long a server has; as it is shipped when left out. */
  readonly firstResponseMs?: number;
}

/** The configuration is what we ship; the files beside it are of this installation. */
export function startKamailio(
  folder: string,
  { proxyPort, sipPorts, carrierPort, firstResponseMs }: KamailioParts,
): Program {
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(packageRoot(), "deploy/kamailio/kamailio.cfg"), join(folder, "kamailio.cfg"));
  const local = [
    `listen=udp:127.0.0.1:${proxyPort}`,
    `#!define CARRIER "sip:127.0.0.1:${carrierPort}"`,
    ...(firstResponseMs === undefined ? [] : [`#!define FIRST_RESPONSE_MS ${firstResponseMs}`]),
    `#!define DISPATCHER_LIST "${join(folder, "dispatcher.list")}"`,
    `#!define ADDRESS_LIST "${join(folder, "address.list")}"`,
    "",
  ];
  writeFileSync(join(folder, "local.cfg"), local.join("\n"));
  const list = sipPorts.map((port) => `1 sip:127.0.0.1:${port}\n`);
  writeFileSync(join(folder, "dispatcher.list"), list.join(""));
  writeFileSync(join(folder, "address.list"), "1 127.0.0.1 32 0\n");
  const words = ["-f", join(folder, "kamailio.cfg"), "-DD", "-E", "-m", "64", "-M", "8", "-Y", folder, "-w", folder];
  return startProgram("kamailio", words, { folder, onChange: () => undefined });
}

/** Waits until something is so; fails with what it is, when it takes too long for any machine. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, limitMs = 90_000): Promise<void> {
  for (const end = performance.now() + limitMs; (await ask(isSo)) !== true; await sleep(25))
    if (performance.now() > end) throw new Error(`${what}: it never came`);
}

/** Passes time. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
