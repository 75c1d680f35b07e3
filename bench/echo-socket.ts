import { createSocket, type Socket } from "node:dgram";
import { isRtp } from "./far-ends/listener.ts";

/** Opens a socket that sends RTP back to where it came from, with another SSRC: a far end that hears and speaks as much as a phone.
 * `onPacket` is told the port it came from, once a packet. */
export async function openEchoSocket(
  onPacket: (fromPort: number, atMs: number, packet: Buffer) => void,
): Promise<Socket> {
  const socket = createSocket({ type: "udp4", lookup: (name, _options, callback) => callback(null, name, 4) });
  await new Promise<void>((resolve) => void socket.bind(0, "127.0.0.1", resolve));
  socket.on("error", () => undefined);
  socket.on("message", (packet, from) => {
    if (!isRtp(packet)) return;
    onPacket(from.port, performance.now(), packet);
    packet[8] = (packet[8] ?? 0) ^ 0xff;
    socket.send(packet, from.port, from.address);
  });
  return socket;
}
