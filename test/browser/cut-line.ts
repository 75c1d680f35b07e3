import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A line to a server that can be cut. */
export interface CutLine {
  /** The URL with the line's port in place of the server's. */
  readonly url: string;
  /** Cuts every connection as a network does: without a word of either end. New ones are taken. */
  cut(): void;
  close(): Promise<void>;
}

/** Opens a line on loopback to where `url` leads. */
export async function openCutLine(url: string): Promise<CutLine> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket
        .on("error", () => undefined)
        .once("close", () => {
          sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
    }
    near.pipe(far);
    far.pipe(near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const own = new URL(url);
  own.port = String((server.address() as AddressInfo).port);
  return {
    url: own.href,
    cut,
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
