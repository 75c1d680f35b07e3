import { spawn, type ChildProcess } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../src/kernel/index.ts";
import { openTestPhone, tone } from "../src/testing/index.ts";
import { createHostilePackets } from "../src/testing/internal/hostile-packets.ts";
import { createRandom } from "../src/testing/internal/random.ts";
import { pause } from "./pause.ts";
import { readWords } from "../src/testing/internal/read-words.ts";

/** Sends what strangers send to the audio ports of calls that are up, to a server that runs as it is shipped, and prints its memory, what it
 * counted, and what the callers heard. Linux only: memory is read from /proc, and strangers have loopback addresses of their own. */
const usage = `node dist/bench/flood-rtp.js [--calls <number>] [--datagrams <number>] [--rate <number>] [--seed <number>]
  --calls      how many are up (default: 10)
  --datagrams  how many strangers send in all (default: 1000000)
  --rate       how many a second (default: 20000)
  --seed       of what they send (default: by chance)`;

const { values } = readWords(usage, {
  options: {
    calls: { type: "string", default: "10" },
    datagrams: { type: "string", default: "1000000" },
    rate: { type: "string", default: "20000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});

const host = "127.0.0.1";
const firstPort = 42_000;
const flatWithin = 0.1;
/** Speaks and pauses until the caller leaves. */
const handler = `export const handler = async (event) => ({
  SchemaVersion: "1.0",
  Actions: event.InvocationEventType === "HANGUP" ? [] : [
    { Type: "Speak", Parameters: { Text: "This call goes on, whatever strangers send." } },
    { Type: "Pause", Parameters: { DurationInMilliseconds: 1000 } },
  ],
});
`;

const { calls, datagrams, rate, seed } = values;
process.exitCode = (await flood(Number(calls), Number(datagrams), Number(rate), Number(seed))) ? 0 : 1;

async function flood(calls: number, datagrams: number, rate: number, seed: number): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "offhook-flood-"));
  const server = startServer(folder, calls);
  const phone = await openTestPhone();
  const strangers = await Promise.all(["127.0.0.2", "127.0.0.3", "127.0.0.4"].map(openStranger));
  try {
    const sipPort = await server.ready;
    const up = Array.from({ length: calls }, () => phone.dial(`sip:+12065550100@${host}:${sipPort}`));
    await Promise.all(up.map((call) => call.answered)).catch((error: unknown) => {
      throw new Error(`the server took not all calls: ${server.words()}`, { cause: error });
    });
    for (const call of up) call.play(tone(440, 1000, -10), 1_000_000).catch(() => undefined);
    const ports = boundPorts(server.process.pid ?? 0, calls);
    const hostile = createHostilePackets(createRandom(seed));
    // What a server takes up that has seen some of everything.
    await send(strangers, ports, hostile.next, Math.round(datagrams / 10), rate);
    const before = residentMegabytes(server.process.pid ?? 0);
    await send(strangers, ports, hostile.next, datagrams, rate);
    const after = residentMegabytes(server.process.pid ?? 0);
    for (const call of up) call.hangUp();
    const reports = await Promise.all(up.map((call) => call.ended));
    const whole = reports.filter(({ end, answered }) => answered && end.type === "local").length;
    await pause(1000);
    const counted = await server.stop();
    console.log(`seed ${seed}: ${Math.round(datagrams * 1.1)} datagrams at ${rate} a second to ${ports.length} ports
calls that stayed up to their end ${whole} of ${calls}
resident before ${before} MB, after ${after} MB
counted by the server ${JSON.stringify(counted)}`);
    return whole === calls && after <= before * (1 + flatWithin);
  } finally {
    for (const stranger of strangers) stranger.close();
    await phone.close();
    server.process.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

interface RunningServer {
  readonly process: ChildProcess;
  /** All that it has logged. */
  words(): string;
  /** The port of SIP. */
  readonly ready: Promise<number>;
  /** Stops it. @returns `rtpPackets` of its last words */
  stop(): Promise<unknown>;
}

function startServer(folder: string, calls: number): RunningServer {
  writeFileSync(join(folder, "index.mjs"), handler);
  writeFileSync(
    join(folder, "offhook.yaml"),
    `numbers: ["+12065550100"]
functions: { talk: ./index.mjs }
applications: [{ name: talk, function: talk }]
rules: [{ name: talk, number: "+12065550100", applications: [talk] }]
media: { ports: "${firstPort}-${lastPort(calls)}" }
`,
  );
  const server = spawn(process.execPath, [join(packageRoot(), "dist/src/cli/main.js"), "serve"], {
    cwd: folder,
    env: { ...process.env, OFFHOOK_SIP_LISTEN: `udp://${host}:0`, OFFHOOK_API_PORT: "0", OFFHOOK_LOG_LEVEL: "info" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let words = "";
  const find = async <Found>(look: (line: Record<string, unknown>) => Found | undefined): Promise<Found> => {
    for (;;) {
      for (const line of words.split("\n").slice(0, -1)) {
        const found = look(JSON.parse(line) as Record<string, unknown>);
        if (found !== undefined) return found;
      }
      if (server.exitCode !== null) throw new Error(`the server ended: ${words}`);
      await pause(20);
    }
  };
  server.stdout.setEncoding("utf8").on("data", (text: string) => (words += text));
  return {
    process: server,
    words: () => words,
    ready: find(({ sip }) => (sip as readonly { readonly port: number }[] | undefined)?.[0]?.port),
    async stop() {
      server.kill("SIGTERM");
      return find(({ ledger }) => (ledger as { rtpPackets?: unknown } | undefined)?.rtpPackets);
    },
  };
}

function openStranger(address: string): Promise<Socket> {
  const socket = createSocket("udp4");
  return new Promise((resolve) => socket.bind(0, address, () => resolve(socket)));
}

async function send(
  strangers: readonly Socket[],
  ports: readonly number[],
  next: () => Uint8Array,
  count: number,
  rate: number,
): Promise<void> {
  const startedAt = performance.now();
  for (let sent = 0; sent < count; sent++) {
    strangers[sent % strangers.length]?.send(next(), ports[sent % ports.length] ?? 0, host);
    while (sent % 100 === 99 && performance.now() - startedAt < (sent / rate) * 1000) await pause(1);
  }
}

/** There are more than are needed, since other programs may have some of them. */
function lastPort(calls: number): number {
  return firstPort + 4 * calls - 1;
}

/** Those of the process's sockets that are in the range. */
function boundPorts(processId: number, calls: number): readonly number[] {
  const folder = `/proc/${processId}/fd`;
  const own = new Set(readdirSync(folder).map((name) => readlinkSync(join(folder, name))));
  const rows = readFileSync("/proc/net/udp", "utf8").split("\n").slice(1, -1);
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((columns) => own.has(`socket:[${columns[9]}]`))
    .map((columns) => Number.parseInt(columns[1]?.split(":")[1] ?? "0", 16))
    .filter((port) => port >= firstPort && port <= lastPort(calls));
}

function residentMegabytes(processId: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${processId}/status`, "utf8"))?.[1];
  return Math.round(Number(kilobytes ?? 0) / 1024);
}
