import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Server as TlsServer } from "node:tls";
import { SourceQuota, type SourceLimits } from "../kernel/index.ts";

/** Most connections to the API. A client has a few dozens; functions that make a client for each event leave more open. */
const usualLimits: SourceLimits = { perSource: 512, inAll: 2_048 };

/** The event of a connection over which requests may come: behind TLS that of a finished handshake. */
export function connectionEvent(server: Server): "connection" | "secureConnection" {
  return server instanceof TlsServer ? "secureConnection" : "connection";
}

/** Keeps the connections of `server` within `limits`. When there are too many, the connection of that source which has been idle longest is
 * closed; if none is idle, the new one goes to `refuse`. */
export function boundConnections(server: Server, refuse: (socket: Socket) => void, limits = usualLimits): void {
  const all = new SourceQuota<Socket>(limits);
  /** Idle connections, the longest idle first. These may be closed. */
  const idle = new SourceQuota<Socket>({ perSource: 0, inAll: Infinity });
  server.on(connectionEvent(server), (socket: Socket) => {
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
  // A connection that is no longer of HTTP is its new owner's to bound; one that comes back is counted anew.
  server.on("upgrade", ({ socket }: IncomingMessage) => {
    all.remove(socket);
    idle.remove(socket);
  });
  server.on("request", ({ socket }, response: ServerResponse) => {
    idle.remove(socket);
    response.once("close", () => {
      if (!socket.destroyed) idle.add(socket, socket.remoteAddress ?? "", 1);
    });
  });
}
