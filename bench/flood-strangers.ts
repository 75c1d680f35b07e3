import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../src/kernel/index.ts";
import { openHosts, strangersPrefix, whyNoHosts, type Hosts } from "../test/hosts/hosts.ts";
import type { Program } from "../test/interop/program.ts";
import { pause } from "./pause.ts";
import { readWords } from "../src/testing/internal/read-words.ts";

/** Sends what strangers try to a server in production that runs as it is shipped, from one address and from thousands, in network namespaces, and prints what was
 * answered, its memory and how many lines of log there are of each cause. Linux only, as root. */
const usage = `node dist/bench/flood-strangers.js [--requests <number>] [--rate <number>]
  --requests  about how many each kind of stranger sends (default: 20000)
  --rate      how many a second (default: 2000)`;

const { values } = readWords(usage, {
  options: {
    requests: { type: "string", default: "20000" },
    rate: { type: "string", default: "2000" },
  },
});

const number = "+12065550100";
const flatWithin = 0.1;
/** For what was kept of the last requests (RFC 3261 §17.2), and one more line of log. */
const restMs = 75_000;
const minuteMs = 60_000;
const strangers = fileURLToPath(new URL("processes/strangers.js", import.meta.url));
const command = join(packageRoot(), "dist/src/cli/main.js");

/** Who they are, what they send, how many there are and how many requests each sends. */
function kindsOf(requests: number) {
  return [
    ["one source that calls numbers", "invite", 1, requests],
    ["sources that call four numbers each", "invite", Math.ceil(requests / 4), 4],
    ["sources that guess ten passwords each", "register", Math.ceil(requests / 20), 10],
    ["scanners that ask five times each", "scan", Math.ceil(requests / 5), 5],
  ] as const;
}

const why = whyNoHosts();
if (why !== undefined) console.error(`flood-strangers ${why}`);
else process.exitCode = (await flood(Number(values.requests), Number(values.rate))) ? 0 : 1;

async function flood(requests: number, rate: number): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "offhook-flood-"));
  const hosts = openHosts();
  const log = join(folder, "server.log");
  writeConfig(folder, hosts);
  const nothing = () => undefined;
  const server = hosts.here.start("sh", ["-c", `exec ${process.execPath} ${command} serve > ${log}`], folder, nothing);
  /** Each time from other addresses, since those before may be banned. */
  let first = 0;
  const attack = async ({ kind, count, each }: { kind: string; count: number; each: number }): Promise<Tally> => {
    const { here, there } = hosts;
    const words = [strangers, here.four, strangersPrefix, `${first}`, kind, ...[count, each, rate].map(String)];
    first += count;
    const attackers = there.run(words, folder, nothing);
    await attackers.ended;
    return JSON.parse(attackers.output()) as Tally;
  };
  try {
    while (!/"msg":"[^"]*ready/.test(read(log))) await pause(100);
    // What a server takes up that has seen some of everything.
    for (const [, kind] of kindsOf(requests)) await attack({ kind, count: 20, each: 5 });
    const before = residentMegabytes(server);
    const startedAtMs = performance.now();
    for (const [who, kind, count, each] of kindsOf(requests)) {
      const { sent, answers } = await attack({ kind, count, each });
      const said = Object.entries(answers).map(([status, times]) => `${times} x ${status}`);
      console.log(
        `${count} ${who}: ${sent} sent, ${said.join(", ") || "nothing"} answered; resident ${residentMegabytes(server)} MB`,
      );
    }
    await pause(restMs);
    const after = residentMegabytes(server);
    const minutes = Math.ceil((performance.now() - startedAtMs) / minuteMs);
    const lines = linesByCause(read(log));
    console.log(`resident before ${before} MB, ${restMs / 1_000} s after the last ${after} MB
lines of log in ${minutes} minutes: ${Object.entries(lines)
      .map(([cause, count]) => `${cause} ${count}`)
      .join(", ")}; ${read(log).length} bytes in all`);
    // One at once, and one a minute.
    const isQuiet = Object.values(lines).every((count) => count <= minutes + 1);
    return after <= before * (1 + flatWithin) && isQuiet && server.isRunning();
  } finally {
    await server.end("SIGTERM");
    hosts.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeConfig(folder: string, { here }: Hosts): void {
  writeFileSync(join(folder, "f.mjs"), 'export const handler = async () => ({ SchemaVersion: "1.0", Actions: [] });');
  const written = {
    sip: { listen: [`udp://${here.four}:5060`] },
    ...{ numbers: [number], functions: { f: "./f.mjs" }, applications: [{ name: "f", function: "f" }] },
    rules: [{ name: "f", number, applications: ["f"] }],
    trunk: { address: "udp://127.0.0.1:5070" },
    phones: [{ name: "alice", password: "correct horse battery" }],
  };
  writeFileSync(join(folder, "offhook.yaml"), JSON.stringify(written));
}

interface Tally {
  readonly sent: number;
  readonly answers: Readonly<Record<string, number>>;
}

function linesByCause(text: string): Readonly<Record<string, number>> {
  const lines: Record<string, number> = {};
  for (const [, cause = ""] of text.matchAll(/"refusal":"([^"]*)"/g)) lines[cause] = (lines[cause] ?? 0) + 1;
  return lines;
}

function read(path: string): string {
  return readFileSync(path, "utf8");
}

function residentMegabytes({ pid }: Program): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1];
  return Math.round(Number(kilobytes ?? 0) / 1024);
}
