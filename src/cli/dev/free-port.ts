import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { errorCode } from "../../kernel/index.ts";

/** Most ports that are tried. */
const mostTries = 100;

/** The two kinds of ports that a machine has. */
export type PortKind = "datagram" | "stream";

/** `preferred` when nothing is bound to it on `address` in any of `kinds`, else the next free one. 0, which lets the system
 * choose, when that is preferred or none of the following hundred is free. */
export async function freePort(address: string, preferred: number, kinds: readonly PortKind[]): Promise<number> {
  if (preferred === 0) return 0;
  for (let port = preferred; port < preferred + mostTries && port <= 65_535; port += 1) {
    const taken = await Promise.all(kinds.map((kind) => isTaken[kind](address, port)));
    if (!taken.includes(true)) return port;
  }
  return 0;
}

async function isStreamTaken(address: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ host: address, port, exclusive: true });
    await once(server, "listening");
    return false;
  } catch (error) {
    return errorCode(error) === "EADDRINUSE";
  } finally {
    server.close();
  }
}

async function isDatagramTaken(address: string, port: number): Promise<boolean> {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  try {
    socket.bind({ address, port, exclusive: true });
    await once(socket, "listening");
    return false;
  } catch (error) {
    return errorCode(error) === "EADDRINUSE";
  } finally {
    socket.close();
  }
}

const isTaken: Readonly<Record<PortKind, (address: string, port: number) => Promise<boolean>>> = {
  datagram: isDatagramTaken,
  stream: isStreamTaken,
};
