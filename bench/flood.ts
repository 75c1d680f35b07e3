import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../src/kernel/index.ts";
import { pause } from "./pause.ts";
import { readWords } from "../src/testing/internal/read-words.ts";

/** Sends what strangers send, damaged requests and connections that bring next to nothing, to a server that runs as it is shipped, and
 * prints its memory before, during and after. Transactions end after 32 s (RFC 3261 §17.2). Linux only: memory is read from /proc. */
const usage = `node dist/bench/flood.js [--datagrams <number>] [--connections <number>]
  --datagrams    how many damaged requests (default: 500000)
  --connections  how many connections of one byte (default: 2000)`;

const { values } = readWords(usage, {
  options: {
    datagrams: { type: "string", default: "500000" },
    connections: { type: "string", default: "2000" },
  },
});

const host = "127.0.0.1";
const configuration = `numbers: ["+12065550100"]
functions: { hello: ./index.mjs }
applications: [{ name: hello, function: hello }]
rules: [{ name: hello, number: "+12065550100", applications: [hello] }]
`;
/** So many are on their way before the server is asked whether it still answers. */
const batch = 200;
/** An INVITE that was damaged in no way that matters makes a call: its 200 is given up after 32 s, its BYE after as long again. */
const restMs = 75_000;
const flatWithin = 0.1;

process.exitCode = (await flood(Number(values.datagrams), Number(values.connections))) ? 0 : 1;

async function flood(datagrams: number, connections: number): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "offhook-flood-"));
  const port = await freePort();
  const server = startServer(folder, port);
  const peer = await openPeer(port);
  try {
    await peer.waitForAnswer(30_000);
    // What a server takes up that has seen some of everything: the first messages compile code and fill caches.
    await sendDamaged(peer, 10_000, () => undefined);
    await pause(restMs);
    const before = residentMegabytes(server.pid ?? 0);
    const peak = { megabytes: before };
    const startedAt = performance.now();
    await sendDamaged(
      peer,
      datagrams,
      () => (peak.megabytes = Math.max(peak.megabytes, residentMegabytes(server.pid ?? 0))),
    );
    const tookMs = performance.now() - startedAt;
    const open = await openConnections(port, connections);
    await pause(restMs);
    const after = residentMegabytes(server.pid ?? 0);
    const stillOpen = open.filter((socket) => !socket.destroyed).length;
    await peer.waitForAnswer(5_000);
    console.log(`${datagrams} damaged requests in ${(tookMs / 1000).toFixed(1)} s, ${connections} connections of one byte
resident before ${before} MB, at most ${peak.megabytes} MB, ${restMs / 1000} s after the last ${after} MB
connections still open ${stillOpen}`);
    for (const socket of open) socket.destroy();
    return after <= before * (1 + flatWithin) && stillOpen === 0;
  } finally {
    peer.close();
    server.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  }
}

function startServer(folder: string, port: number) {
  cpSync(join(packageRoot(), "examples", "hello"), folder, { recursive: true });
  writeFileSync(join(folder, "offhook.yaml"), configuration);
  const environment = {
    ...{ OFFHOOK_SIP_LISTEN: `udp://${host}:${port},tcp://${host}:${port}`, OFFHOOK_API_PORT: "0" },
    ...{ OFFHOOK_LOG_LEVEL: "warn" },
  };
  return spawn(process.execPath, [join(packageRoot(), "dist/src/cli/main.js"), "serve"], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

interface Peer {
  readonly port: number;
  send(bytes: Buffer): Promise<void>;
  waitForAnswer(limitMs: number): Promise<void>;
  close(): void;
}

async function openPeer(serverPort: number): Promise<Peer> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, host, resolve));
  const { port } = socket.address();
  const send = (bytes: Buffer) => new Promise<void>((resolve) => socket.send(bytes, serverPort, host, () => resolve()));
  const state = { asked: 0, answered: new Set<number>() };
  socket.on("message", (bytes) => {
    const found = /branch=z9hG4bKask(\d+)/.exec(bytes.toString("latin1"))?.[1];
    if (found !== undefined) state.answered.add(Number(found));
  });
  return {
    port,
    send,
    async waitForAnswer(limitMs) {
      const startedAt = performance.now();
      while (performance.now() - startedAt < limitMs) {
        const asked = ++state.asked;
        await send(Buffer.from(request("OPTIONS", `ask${asked}`, port)));
        for (let tries = 0; tries < 100 && !state.answered.has(asked); tries++) await pause(tries === 0 ? 1 : 5);
        if (state.answered.delete(asked)) return;
      }
      throw new Error(`the server has not answered for ${limitMs} ms`);
    },
    close: () => socket.close(),
  };
}

async function sendDamaged(peer: Peer, count: number, onBatch: () => void): Promise<void> {
  const methods = ["INVITE", "OPTIONS", "BYE", "REGISTER", "INFO", "CANCEL", "ACK", "SUBSCRIBE"];
  for (let sent = 0; sent < count;) {
    for (let inBatch = 0; inBatch < batch && sent < count; inBatch++, sent++) {
      const method = methods[sent % methods.length] ?? "INVITE";
      await peer.send(damage(Buffer.from(request(method, `${sent}r${randomInt(1e9)}`, peer.port))));
    }
    await peer.waitForAnswer(60_000);
    onBatch();
  }
}

/** Some bytes become others, are left out, or are said twice. */
function damage(bytes: Buffer): Buffer {
  let damaged = bytes;
  for (let count = randomInt(5); count > 0; count--) {
    const at = randomInt(damaged.length);
    const end = Math.min(damaged.length, at + randomInt(1, 30));
    const kind = randomInt(3);
    if (kind === 0) damaged[at] = randomInt(256);
    else if (kind === 1) damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(end)]);
    else damaged = Buffer.concat([damaged.subarray(0, end), damaged.subarray(at)]);
  }
  return damaged;
}

function request(method: string, id: string, port: number): string {
  const body =
    method === "INVITE"
      ? `v=0\r\no=- 1 1 IN IP4 ${host}\r\ns=-\r\nc=IN IP4 ${host}\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n`
      : "";
  return [
    `${method} sip:+12065550100@${host} SIP/2.0`,
    `Via: SIP/2.0/UDP ${host}:${port};branch=z9hG4bK${id};rport`,
    "Max-Forwards: 70",
    `From: "A" <sip:+12065550199@${host}>;tag=${id}`,
    `To: <sip:+12065550100@${host}>`,
    `Call-ID: ${id}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:a@${host}:${port}>`,
    ...(body === "" ? [] : ["Content-Type: application/sdp"]),
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
}

async function openConnections(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let index = 0; index < count; index++) {
    const socket = connect({ host, port });
    socket.on("error", () => undefined);
    socket.on("connect", () => socket.write("O"));
    socket.resume();
    sockets.push(socket);
    if (index % 100 === 99) await pause(20);
  }
  return sockets;
}

function residentMegabytes(processId: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${processId}/status`, "utf8"))?.[1];
  return Math.round(Number(kilobytes ?? 0) / 1024);
}

/** A port that is free for TCP and for UDP. */
async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const isFree = await isFreeForDatagrams(port);
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
}

function isFreeForDatagrams(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  return new Promise((resolve) => {
    socket.once("error", () => resolve(false));
    socket.bind(port, host, () => socket.close(() => resolve(true)));
  });
}
