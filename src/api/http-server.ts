import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { AppError, errorCode, errorMessage } from "../kernel/index.ts";
import { boundConnections, connectionEvent } from "./connections.ts";
import { createExchange, type Exchange } from "./exchange.ts";
import { refuse } from "./refuse.ts";
import { serveWithoutUpgrade } from "./without-upgrade.ts";

/** Largest request body, bytes. */
const largestBody = 1_048_576;

/** How long a connection may be idle between requests: longer than in clients, so that none sends on a connection that closes. */
const keepAliveMs = 72_000;
/** How long the head of a request may take from its first byte, or from the connection when nothing came before, and how long the whole. */
const headMs = 10_000;
const wholeRequestMs = 60_000;
/** How often connections are looked at for that. */
const checkMs = 5_000;
/** A connection without any traffic for this long is closed, also that of a client that does not read its answers. */
const stillMs = 120_000;

const httpTimes = {
  keepAliveTimeout: keepAliveMs,
  headersTimeout: headMs,
  requestTimeout: wholeRequestMs,
  connectionsCheckingInterval: checkMs,
};

/** What answers requests. */
export interface HttpHandler {
  /** Never rejects. */
  serve(exchange: Exchange): Promise<void>;
  /** Bytes that are not an HTTP request, or not all of one in time. */
  refuseSocket(error: Error, socket: Duplex): void;
  /** A connection beyond the limit. */
  refuseConnection(socket: Duplex): void;
  /** Takes the connection of a request for a WebSocket, and returns true; else the request is served as one without an upgrade. */
  readonly takeWebSocket?: TakeWebSocket | undefined;
}

/** Whether the connection was taken. The server is closed when those that were taken are, but for those that are `kept` beyond that.
 * @param head what came behind the request */
export type TakeWebSocket = (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean | "kept";

/** A port that takes HTTP requests. */
export interface HttpServer {
  /** The port really bound. */
  readonly port: number;
  /** Answers the requests in progress, refuses new ones and closes the port. */
  close(): Promise<void>;
}

/** A certificate with those that lead to its authority, and its key, in PEM. */
export interface ApiCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** Where requests are listened for. */
export interface HttpListen {
  readonly address: string;
  readonly port: number;
  /** What TLS is spoken with; another object as soon as it has changed. undefined: requests come without TLS. */
  readonly certificate: (() => ApiCertificate) | undefined;
}

/** Listens for HTTP requests. Rejects with `API_LISTEN_FAILED`. */
export async function openHttpServer(
  { address, port, certificate }: HttpListen,
  handler: HttpHandler,
): Promise<HttpServer> {
  const open = new Set<ServerResponse>();
  const server = createServerFor(certificate, (request, response) => {
    open.add(response);
    response.once("close", () => open.delete(response));
    if (!server.listening) response.setHeader("connection", "close");
    void handler.serve(createExchange(request, response));
  });
  server.setTimeout(stillMs);
  server.on("clientError", (error, socket) => {
    // There is no way to answer before a handshake.
    if (errorCode(error)?.startsWith("ERR_SSL") === true) socket.destroy();
    else handler.refuseSocket(error, socket);
  });
  boundConnections(server, handler.refuseConnection);
  const waitedFor = followConnections(server);
  const unused = followUnused(server);
  server.on("upgrade", (request, socket, head) => {
    const isWebSocket = request.headers.upgrade?.toLowerCase() === "websocket";
    const taken = isWebSocket && handler.takeWebSocket?.(request, socket, head);
    if (taken === "kept") waitedFor.leave(socket);
    if (!taken) serveWithoutUpgrade(server, request, socket, head);
  });
  await listen(server, address, port);
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : port,
    close: async () => {
      for (const response of open) if (!response.headersSent) response.setHeader("connection", "close");
      server.close();
      // Node closes those that wait for another request. Clients open some that they may never need.
      for (const socket of unused) if (socket.bytesRead === 0) socket.destroy();
      await waitedFor.ended();
    },
  };
}

/** Follows the connections of a server that is to be closed when they have ended. */
function followConnections(server: Server) {
  const all = new Set<Duplex>();
  let tell: (() => void) | undefined;
  const leave = (socket: Duplex) => {
    if (all.delete(socket) && all.size === 0) tell?.();
  };
  server.on("connection", (socket: Duplex) => {
    all.add(socket);
    socket.once("close", () => leave(socket));
  });
  return {
    /** This one is not waited for any more. */
    leave,
    /** Resolves when none is left. */
    ended: () => new Promise<void>((resolve) => (all.size === 0 ? resolve() : (tell = resolve))),
  };
}

/** Connections over which no request has come. */
function followUnused(server: Server): ReadonlySet<Socket> {
  const unused = new Set<Socket>();
  server.on(connectionEvent(server), (socket: Socket) => {
    unused.add(socket);
    socket.once("close", () => unused.delete(socket));
  });
  for (const event of ["request", "upgrade"]) server.on(event, ({ socket }: IncomingMessage) => unused.delete(socket));
  return unused;
}

/** Most connections at one time with those whose handshake is not finished. */
const mostWithHandshakes = 4_096;

/** A server of HTTP, or of HTTP over TLS whose new connections are offered the certificate that there is then. */
function createServerFor(
  certificate: HttpListen["certificate"],
  serve: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  if (certificate === undefined) return createServer(httpTimes, serve);
  let now = certificate();
  const context = ({ certificate: cert, key }: ApiCertificate) => ({ cert, key, minVersion: "TLSv1.2" as const });
  const server = createSecureServer({ ...httpTimes, ...context(now), handshakeTimeout: headMs }, serve);
  server.maxConnections = mostWithHandshakes;
  server.prependListener("connection", () => {
    const next = certificate();
    if (next === now) return;
    now = next;
    server.setSecureContext(context(now));
  });
  return server;
}

/** The whole body. Rejects with `API_BODY_TOO_LARGE`; what was not read is dropped when the answer has gone. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > largestBody) throw refuse("API_BODY_TOO_LARGE", "The body is larger than 1 MiB.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function listen(server: Server, address: string, port: number): Promise<void> {
  try {
    server.listen({ host: address, port });
    await once(server, "listening");
  } catch (error) {
    const message = `The API cannot listen on ${address} port ${port}: ${errorMessage(error)}`;
    throw new AppError("API_LISTEN_FAILED", message, { cause: error, details: { address, port } });
  }
}
