import { createSocket, type Socket } from "node:dgram";
import { RECEIVE_BUFFER_BYTES, type FarEndSockets } from "./sockets.ts";

interface Arrival {
  readonly socket: number;
  readonly fromPort: number;
  readonly atMs: number;
  readonly packet: Buffer;
}

/** Works on any system; packets are stamped when Node hands them over, so that delays of this process count as the sender's. */
export async function createDgramSockets(count: number): Promise<FarEndSockets> {
  const arrivals: Arrival[] = [];
  const sockets = await Promise.all(Array.from({ length: count }, (_, index) => open(index, arrivals)));
  return {
    time: "user space",
    ports: sockets.map((socket) => socket.address().port),
    nowMs: () => performance.now(),
    send: (socket, toPort, packet) => sockets[socket]?.send(Buffer.from(packet), toPort, "127.0.0.1"),
    flush: () => undefined,
    receive(receiver) {
      for (const { socket, fromPort, atMs, packet } of arrivals.splice(0)) receiver(socket, fromPort, atMs, packet);
    },
    schedule: (atMs, work) => void setTimeout(work, Math.max(0, atMs - performance.now())),
  };
}

async function open(index: number, arrivals: Arrival[]): Promise<Socket> {
  const socket = createSocket({ type: "udp4", lookup: (name, _options, callback) => callback(null, name, 4) });
  await new Promise<void>((resolve) => void socket.bind(0, "127.0.0.1", resolve));
  socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  socket.on("error", () => undefined);
  socket.on("message", (packet, { port }) =>
    arrivals.push({ socket: index, fromPort: port, atMs: performance.now(), packet }),
  );
  return socket;
}
