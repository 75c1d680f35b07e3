import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

/** `preferred` when nothing is bound to it on `address` (TCP, and UDP if asked), else the next free one of the following hundred.
 * 0 when none is free: then the system chooses. */
export async function freePort(address: string, preferred: number, alsoUdp: boolean): Promise<number> {
  for (let port = preferred; port < preferred + 100; port += 1) {
    if ((await canBindTcp(address, port)) && (!alsoUdp || (await canBindUdp(address, port)))) return port;
  }
  return 0;
}

async function canBindTcp(address: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ host: address, port, exclusive: true });
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

async function canBindUdp(address: string, port: number): Promise<boolean> {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  try {
    socket.bind({ address, port, exclusive: true });
    await once(socket, "listening");
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
