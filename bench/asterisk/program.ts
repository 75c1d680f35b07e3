import { spawn, type ChildProcess } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pause } from "../pause.ts";
import { readWireMessage } from "../sip-messages.ts";
import { configOf, playingName, type AsteriskWork } from "./config.ts";

/** Where `scripts/install-bench-peers.sh` puts a Debian that has it: the releases of today carry no Asterisk. */
const root = "/var/lib/offhook-bench/asterisk";
const host = "127.0.0.1";
const readyTries = 100;
const readyPauseMs = 100;

/** An Asterisk of the benchmark. */
export interface Asterisk {
  readonly processId: number;
  /** Where it takes SIP, by UDP. */
  readonly sipPort: number;
  end(): Promise<void>;
}

/** Whether it is there and may be started: its folder is entered by `chroot`. */
export function hasAsterisk(): boolean {
  return existsSync(join(root, "usr/sbin/asterisk")) && process.getuid?.() === 0;
}

/** Starts it with what the work needs and nothing else: no call is recorded, billed or logged, and its threads run in real time as our workers do.
 * @param processor undefined: that of who starts it */
export async function startAsterisk(work: AsteriskWork, processor?: number): Promise<Asterisk> {
  const folder = mkdtempSync(join(root, "tmp/offhook-bench-"));
  const inside = folder.slice(root.length);
  const sipPort = await freePort();
  for (const [name, content] of Object.entries(configOf(work, inside, sipPort)))
    writeFileSync(join(folder, name), content);
  const words = ["chroot", root, "asterisk", "-f", "-C", `${inside}/asterisk.conf`];
  const pinned = processor === undefined ? words : ["taskset", "-c", String(processor), ...words];
  const child = spawn(pinned[0] ?? "", pinned.slice(1), { stdio: "ignore" });
  const gone = once(child, "exit").then(() => rmSync(folder, { recursive: true, force: true }));
  try {
    await untilReady(child, sipPort);
  } catch (error) {
    child.kill("SIGKILL");
    await gone;
    throw error;
  }
  return {
    ...{ processId: child.pid ?? 0, sipPort },
    async end() {
      child.kill("SIGTERM");
      await gone;
    },
  };
}

/** Asks with OPTIONS until it says that it would take a call. */
async function untilReady(child: ChildProcess, sipPort: number): Promise<void> {
  const socket = createSocket("udp4");
  const state = { isReady: false };
  socket.on("message", (bytes) => (state.isReady = readWireMessage(bytes.toString("latin1")).status === 200));
  // Nobody listens there yet: the kernel may tell so.
  socket.on("error", () => undefined);
  socket.bind(0, host);
  await once(socket, "listening");
  for (let tries = 0; tries < readyTries && !state.isReady && child.exitCode === null; tries++) {
    socket.send(optionsText(socket.address().port, tries), sipPort, host);
    await pause(readyPauseMs);
  }
  socket.close();
  if (!state.isReady) throw new Error(`Asterisk does not answer (exit code ${child.exitCode})`);
}

function optionsText(port: number, number: number): string {
  const lines = [
    `OPTIONS sip:${playingName}@${host} SIP/2.0`,
    `Via: SIP/2.0/UDP ${host}:${port};branch=z9hG4bKready${number};rport`,
    "Max-Forwards: 70",
    `From: <sip:bench@${host}>;tag=ready`,
    `To: <sip:${playingName}@${host}>`,
    `Call-ID: ready${number}@${host}`,
    "CSeq: 1 OPTIONS",
    "Content-Length: 0",
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, host);
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}
