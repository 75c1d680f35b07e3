import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { AppError, errorMessage } from "../kernel/index.ts";
import { createExchange, type Exchange } from "./exchange.ts";
import { refuse } from "./refuse.ts";

/** Largest request body, bytes. */
const largestBody = 1_048_576;

/** A connection may rest for this long between requests: longer than clients keep theirs, so that none sends into a closing one. */
const keepAliveMs = 72_000;

/** What answers requests. */
export interface HttpHandler {
  /** Never rejects. */
  serve(exchange: Exchange): Promise<void>;
  /** Bytes that are not an HTTP request. */
  refuseSocket(error: Error, socket: Duplex): void;
}

/** A port that takes HTTP requests. */
export interface HttpServer {
  /** The port really bound. */
  readonly port: number;
  /** Answers the requests in progress, refuses new ones and closes the port. */
  close(): Promise<void>;
}

/** Listens for HTTP requests. Rejects with `API_LISTEN_FAILED`. */
export async function openHttpServer(address: string, port: number, handler: HttpHandler): Promise<HttpServer> {
  const open = new Set<ServerResponse>();
  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    open.add(response);
    response.once("close", () => open.delete(response));
    if (!server.listening) response.setHeader("connection", "close");
    void handler.serve(createExchange(request, response));
  });
  server.on("clientError", handler.refuseSocket);
  await listen(server, address, port);
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : port,
    close: async () => {
      for (const response of open) if (!response.headersSent) response.setHeader("connection", "close");
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
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
