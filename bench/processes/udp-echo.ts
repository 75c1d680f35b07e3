import { createSocket } from "node:dgram";
import { serveCommands } from "../peer.ts";

const socket = createSocket({ type: "udp4", lookup: (name, _options, callback) => callback(null, name, 4) });
const size = 160;

serveCommands({
  async open(): Promise<number> {
    await new Promise<void>((resolve) => void socket.bind(0, "127.0.0.1", resolve));
    socket.on("message", (packet, from) => socket.send(packet, from.port, from.address));
    return socket.address().port;
  },
  async askFor({ port, durationMs, outstanding }: { port: number; durationMs: number; outstanding: number }) {
    const packet = Buffer.alloc(size);
    const send = () => socket.send(packet, port, "127.0.0.1");
    const startedAt = performance.now();
    let count = 0;
    return new Promise<number>((resolve) => {
      socket.on("message", () => {
        count++;
        const elapsedMs = performance.now() - startedAt;
        if (elapsedMs < durationMs) send();
        else resolve((1_000 * count) / elapsedMs);
      });
      for (let index = 0; index < outstanding; index++) send();
    });
  },
});
