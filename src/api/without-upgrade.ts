import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { connectionEvent } from "./connections.ts";

/** What is said of the connection itself, and would ask for the upgrade again. */
const hopHeaders = new Set(["upgrade", "connection", "http2-settings"]);

/** Serves a request as if it had not asked for another protocol, as RFC 9110 §7.8 allows: some clients ask for HTTP/2 with their first request, and Node
 * takes every such request for an upgrade as soon as a server has one. The connection begins anew, with the request as its first bytes. */
export function serveWithoutUpgrade(server: Server, request: IncomingMessage, socket: Duplex, body: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = rawHeaders.slice(at, at + 2);
    if (!hopHeaders.has(name.toLowerCase())) lines.push(`${name}: ${value}`);
  }
  const options = request.headers.connection?.toLowerCase().split(",") ?? [];
  if (options.some((option) => option.trim() === "close")) lines.push("connection: close");
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]));
  server.emit(connectionEvent(server), socket);
}
