import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { SourceQuota, type SourceLimits } from "../kernel/index.ts";

/** Connections to the API. A client has at most some dozens; functions that make a client for each event leave more behind. */
const usualLimits: SourceLimits = { perSource: 512, inAll: 2_048 };

/** Keeps the connections of `server` within `limits`. One too many closes the connection of its source that has been without a request for
 * longest; when all have one, it is given to `refuse` itself. */
export function boundConnections(server: Server, refuse: (socket: Socket) => void, limits = usualLimits): void {
  const all = new SourceQuota<Socket>(limits);
  /** Those without a request, in the order in which they became so. Whatever is here is more than need be. */
  const idle = new SourceQuota<Socket>({ perSource: 0, inAll: Infinity });
  server.on("connection", (socket: Socket) => {
    const host = socket.remoteAddress ?? "";
    const isTooMany = !all.hasRoom(host, 1);
    all.add(socket, host, 1);
    socket.once("close", () => {
      all.remove(socket);
      idle.remove(socket);
    });
    const longestIdle = isTooMany ? idle.excess(host) : undefined;
    if (isTooMany && longestIdle === undefined) return refuse(socket);
    idle.add(socket, host, 1);
    longestIdle?.destroy();
    return undefined;
  });
  server.on("request", ({ socket }, response: ServerResponse) => {
    idle.remove(socket);
    response.once("close", () => {
      if (!socket.destroyed) idle.add(socket, socket.remoteAddress ?? "", 1);
    });
  });
}
