import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { SipAddress } from "../../src/sip/index.ts";

/** Ports for programs that must be told one before they start. Below those that systems give to sockets which ask for any, and above
 * those where baresip puts its RTP. */
const all = { first: 20_000, last: 32_000 } as const;
/** So many of them belong to one process of tests, which holds the first while it runs: files run side by side. */
const blockSize = 200;

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

/** Whether a program of this machine is bound to a port of IPv4 (Linux). */
export async function isBound({ transport, port }: Pick<SipAddress, "transport" | "port">): Promise<boolean> {
  const table = await readFile(`/proc/net/${transport}`, "utf8");
  const hexadecimal = port.toString(16).toUpperCase().padStart(4, "0");
  return new RegExp(`^\\s*\\d+: [0-9A-F]{8}:${hexadecimal} 0{8}:0000`, "m").test(table);
}
