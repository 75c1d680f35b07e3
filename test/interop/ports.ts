import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readdir, readFile, readlink } from "node:fs/promises";
import { createServer } from "node:net";
import type { SipAddress } from "../../src/sip/index.ts";

/** Ports for programs that must be told one before they start. Above those that systems give to sockets which ask for any, those where
 * baresip puts its RTP, and those where a server with the settings as shipped does. */
const all = { first: 61_000, last: 65_500 } as const;
/** So many of them belong to one process of tests, which holds the first while it runs: files run side by side. */
const blockSize = 100;

const own: { block?: Promise<number>; handedOut: number } = { handedOut: 0 };

/** A port of loopback that is free now, for UDP and TCP, and that no other process of tests is given.
 * @param inRow so many from there on are free too, the first of them even */
export async function freePort(inRow = 1): Promise<number> {
  const block = await (own.block ??= takeBlock());
  for (let tries = 0; tries < blockSize; tries++) {
    if (inRow > 1) own.handedOut += own.handedOut % 2;
    if (own.handedOut + inRow >= blockSize) own.handedOut = 0;
    const port = block + 2 + own.handedOut;
    own.handedOut += inRow;
    const row = Array.from({ length: inRow }, (_, index) => port + index);
    const isFree = await Promise.all(row.flatMap((each) => [canBindUdp(each), canListen(each)]));
    if (!isFree.includes(false)) return port;
  }
  throw new Error("no port is free");
}

/** The first port of a block that no other process holds. */
async function takeBlock(): Promise<number> {
  const count = Math.floor((all.last - all.first) / blockSize);
  for (let tries = 0; tries < count; tries++) {
    const block = all.first + ((process.pid + tries) % count) * blockSize;
    const holder = createServer().unref();
    if (await listens(holder, block)) return block;
  }
  throw new Error("other processes hold all ports");
}

async function canBindUdp(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  try {
    socket.bind(port, "127.0.0.1");
    await once(socket, "listening");
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  const isFree = await listens(server, port);
  server.close();
  return isFree;
}

async function listens(server: ReturnType<typeof createServer>, port: number): Promise<boolean> {
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return true;
  } catch {
    return false;
  }
}

/** Whether the process `pid` is bound to a port of IPv4 (Linux). That any process is does not tell: the media of a server, whose ports
 * are its own choice, can hold it for a moment. */
export async function isBoundBy(
  pid: number | undefined,
  { transport, port }: Pick<SipAddress, "transport" | "port">,
): Promise<boolean> {
  const table = await readFile(`/proc/net/${transport}`, "utf8");
  const hexadecimal = port.toString(16).toUpperCase().padStart(4, "0");
  const pattern = new RegExp(`^\\s*\\d+: [0-9A-F]{8}:${hexadecimal} 0{8}:0000(?: +\\S+){6} +(\\d+)`, "gm");
  const bound = new Set([...table.matchAll(pattern)].map(([, inode]) => `socket:[${inode}]`));
  if (bound.size === 0 || pid === undefined) return false;
  const folder = `/proc/${pid}/fd`;
  const open = await readdir(folder).catch(() => []);
  const targets = await Promise.all(open.map((name) => readlink(`${folder}/${name}`).catch(() => "")));
  return targets.some((target) => bound.has(target));
}
