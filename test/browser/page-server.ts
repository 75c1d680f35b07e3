import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { WebSocketServer, type WebSocket } from "ws";
import { bundlePage, clientPackages, type ClientVersion, type PageKind } from "./bundle-page.ts";

/** Something that happened in a page. */
export interface PageEvent extends Readonly<Record<string, unknown>> {
  readonly type: string;
  /** Wall time in milliseconds, by the clock that this process has. */
  readonly atMs: number;
}

/** A page in a browser. */
export interface Page {
  readonly name: string;
  /** In their order. */
  readonly events: readonly PageEvent[];
  /** Calls a method of the page; rejects with what it threw, and when the page is gone. */
  call(method: string, ...args: readonly unknown[]): Promise<unknown>;
}

/** An HTTP server on loopback with the pages of tests, and a line to each of them. */
export interface PageServer {
  /** Where a browser finds a page of that name. */
  url(name: string, kind?: PageKind): string;
  /** By which browsers name its pages to others. */
  readonly origin: string;
  /** Resolves once the page of that name has come. */
  arrived(name: string): Promise<Page>;
  /** From now on `arrived` waits until that page comes anew. */
  forget(name: string): void;
  close(): Promise<void>;
}

/** What goes wrong before the page has its line to the test is told by itself. */
const html = (script: string) => `<!doctype html><meta charset="utf-8"><title>Offhook test page</title><body>
<script>addEventListener("error", ({ message }) => fetch("/fault" + location.search, { method: "POST", body: message ?? "its script is missing" }), true)</script>
<script type="module" src="${script}"></script>`;

/** Opens it. Scripts are bundled when a browser first asks for them. */
export async function openPageServer(): Promise<PageServer> {
  const scripts = new Map<string, Promise<string>>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://page");
    const kind = searchParams.get("kind") ?? "";
    if (pathname === "/") return send(response, "text/html", Promise.resolve(html(`/script.js?kind=${kind}`)));
    if (pathname === "/fault") return takeFault(request, response, searchParams.get("page") ?? "");
    if (pathname !== "/script.js") return void response.writeHead(404).end();
    if (!scripts.has(kind)) scripts.set(kind, bundleKind(kind));
    send(response, "text/javascript", scripts.get(kind) as Promise<string>);
  });
  const sockets = new WebSocketServer({ server });
  const pages = new Map<string, Page>();
  const awaited = new Map<string, { take(page: Page): void; fail(error: Error): void }>();
  const takeFault = (request: IncomingMessage, response: ServerResponse, name: string) => {
    const said = text(request).finally(() => response.writeHead(204).end());
    said.then(
      (message) => awaited.get(name)?.fail(new Error(`the page ${name} cannot run: ${message}`)),
      () => undefined,
    );
  };
  sockets.on("connection", (socket, request) => {
    const name = request.url?.split("/").at(-1) ?? "";
    const page = talkTo(socket, name);
    pages.set(name, page);
    awaited.get(name)?.take(page);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    url: (name, kind) => `http://127.0.0.1:${port}/?page=${name}&kind=${kind ?? "root"}`,
    arrived: (name) =>
      new Promise((take, fail) => {
        const page = pages.get(name);
        if (page === undefined) awaited.set(name, { take, fail });
        else take(page);
      }),
    forget: (name) => void pages.delete(name),
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function bundleKind(kind: string): Promise<string> {
  if (kind in clientPackages) return bundlePage("meeting.js", kind as ClientVersion);
  return bundlePage(kind === "softphone" ? "softphone.js" : "root.js");
}

function send(response: ServerResponse, type: string, made: Promise<string>): void {
  made.then(
    (body) => response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(body),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

function talkTo(socket: WebSocket, name: string): Page {
  const events: PageEvent[] = [];
  const calls = new Map<number, Waiting>();
  let calledLast = 0;
  socket.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString("utf8")) as {
      readonly id: number;
      readonly result?: unknown;
      readonly error?: string;
      readonly event?: PageEvent;
    };
    if (message.event !== undefined) return void events.push(message.event);
    const call = calls.get(message.id);
    calls.delete(message.id);
    if (message.error === undefined) call?.resolve(message.result);
    else call?.reject(new Error(`the page ${name}: ${message.error}`));
  });
  socket.on("close", () => {
    for (const { reject } of calls.values()) reject(new Error(`the page ${name} is gone`));
    calls.clear();
  });
  return {
    name,
    events,
    call: (method, ...args) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) return reject(new Error(`the page ${name} is gone`));
        calls.set(++calledLast, { resolve, reject });
        socket.send(JSON.stringify({ id: calledLast, method, args }));
      }),
  };
}
