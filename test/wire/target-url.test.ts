import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingHttpHeaders } from "node:http";
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { connect, createServer as createNetServer, type AddressInfo, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { Webhook } from "standardwebhooks";
import { createInvoker, type HttpFunction, type Invoker } from "../../src/invoke/index.ts";
import { silentLogger, systemClock, type Clock } from "../../src/kernel/index.ts";
import { createManualClock } from "../../src/testing/manual-clock.ts";
import { createTlsCertificate } from "../../src/testing/internal/tls-certificate.ts";

const secrets = [5, 6].map((byte) => `whsec_${Buffer.alloc(32, byte).toString("base64")}`);
const { certificate, key } = createTlsCertificate("IP:127.0.0.1", "DNS:localhost");
const event = { InvocationEventType: "NEW_INBOUND_CALL", Sequence: 1, CallDetails: { TransactionId: "tx-1" } };
const reply = '{"SchemaVersion":"1.0","Actions":[]}';

interface Received {
  readonly path: string;
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly port: number | undefined;
}

const answers: Readonly<Record<string, (response: Http2ServerResponse) => void>> = {
  "/ok": (response) => void response.writeHead(200, { "content-type": "application/json" }).end(reply),
  "/accepted": (response) => void response.writeHead(202).end(reply),
  "/nothing": (response) => void response.writeHead(204).end(),
  "/empty": (response) => void response.writeHead(200).end(),
  "/mark": (response) => void response.writeHead(200).end(`\ufeff${reply}`),
  "/moved": (response) => void response.writeHead(302, { location: "https://elsewhere.example/x" }).end(),
  "/permanent": (response) => void response.writeHead(308, { location: "/ok" }).end(),
  "/html": (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<!DOCTYPE html><p>Welcome"),
  "/busy": (response) => void response.writeHead(429, { "retry-after": "1" }).end(),
  "/away": (response) =>
    void response.writeHead(503, { "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" }).end("no backend"),
  "/gateway": (response) => void response.writeHead(502).end("<html>Bad Gateway"),
  "/throws": (response) => void response.writeHead(500).end('{"message":"boom"}'),
  "/unsigned": (response) => void response.writeHead(401).end("bad signature"),
  "/gone": (response) => void response.writeHead(410).end(),
  "/teapot": (response) => void response.writeHead(418).end(),
  "/bomb": (response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(20_000_000, 32)));
  },
  "/endless": (response) => {
    response.writeHead(200);
    const more = (): void => {
      if (!response.stream.destroyed) response.write(Buffer.alloc(65_536, 32), () => setImmediate(more));
    };
    more();
  },
  "/reset": (response) => void response.stream?.close?.(2),
  "/silent": () => undefined,
  "/slow-body": (response) => void response.writeHead(200).write('{"Actions"'),
};

describe("a function behind a URL", () => {
  const received: Received[] = [];
  let tell: () => void = () => undefined;
  const take = (request: Http2ServerRequest, response: Http2ServerResponse): void => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const { httpVersion, headers, socket } = request;
      received.push({ path: request.url, httpVersion, headers, body, port: socket.remotePort });
      (answers[request.url] ?? answers["/gone"])?.(response);
      tell();
    });
  };
  const secure = createSecureServer({ cert: certificate, key, allowHTTP1: true }, take);
  let url = "";
  before(async () => {
    await once(secure.listen(0, "127.0.0.1"), "listening");
    url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
  });
  const sockets: Socket[] = [];
  secure.on("connection", (socket: Socket) => void sockets.push(socket));
  after(() => {
    for (const socket of sockets) socket.destroy();
    secure.close();
  });

  async function open(changes: Partial<HttpFunction> & { readonly clock?: Clock } = {}): Promise<Invoker> {
    const { clock = systemClock, ...others } = changes;
    const target: HttpFunction = {
      ...{ kind: "url", name: "menu", url: `${url}/ok`, secrets, authorities: certificate, proxy: undefined },
      ...{ maxReplyBytes: 1_000_000, timeoutMs: 20_000, ...others },
    };
    return createInvoker({
      functions: [target],
      region: "us-east-1",
      accountId: "111122223333",
      clock,
      log: silentLogger,
    });
  }
  async function invoke(path: string, changes: Partial<HttpFunction> = {}) {
    const invoker = await open({ url: `${url}${path}`, ...changes });
    try {
      return await invoker.invoke("menu", event, 20_000, { transactionId: "tx-1" });
    } finally {
      await invoker.close();
    }
  }
  async function failureOf(path: string, changes: Partial<HttpFunction> = {}) {
    const result = await invoke(path, changes);
    assert.ok(result.type === "failed", JSON.stringify(result));
    return result;
  }

  const trace = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", isSampled: true };

  it("gets the event signed so that the official verifier takes it, by the old secret and the new one", async () => {
    received.length = 0;
    assert.deepEqual(await invoke("/ok"), { type: "response", payload: reply });

    const [{ headers, body } = assert.fail("nothing came")] = received;
    assert.deepEqual(JSON.parse(body), event);
    for (const secret of secrets) {
      assert.deepEqual(new Webhook(secret).verify(body, headers as Record<string, string>), event);
    }
    const other = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    assert.throws(() => new Webhook(other).verify(body, headers as Record<string, string>));
    assert.throws(() => new Webhook(secrets[0] ?? "").verify(`${body} `, headers as Record<string, string>));
    assert.deepEqual([headers["webhook-id"], headers["content-type"]], ["tx-1.1", "application/json"]);
  });

  it("gets the trace of a call in the header traceparent, and the same event", async () => {
    received.length = 0;
    const invoker = await open();
    try {
      await invoker.invoke("menu", event, 20_000, { trace });
    } finally {
      await invoker.close();
    }

    const [{ headers, body } = assert.fail("nothing came")] = received;
    assert.deepEqual([headers["traceparent"], JSON.parse(body)], [`00-${trace.traceId}-${trace.spanId}-01`, event]);
  });

  it("is not signed without a secret", async () => {
    received.length = 0;
    await invoke("/ok", { secrets: [] });
    assert.equal(received[0]?.headers["webhook-signature"], undefined);
    assert.equal(received[0]?.headers["webhook-id"], "tx-1.1");
  });

  it("keeps one connection, by HTTP/2 where that is offered", async () => {
    received.length = 0;
    const invoker = await open();
    for (let n = 0; n < 3; n++) assert.equal((await invoker.invoke("menu", event, 20_000)).type, "response");
    await invoker.close();

    assert.equal(received.length, 3);
    assert.deepEqual(new Set(received.map(({ httpVersion }) => httpVersion)), new Set(["2.0"]));
    assert.equal(new Set(received.map(({ port }) => port)).size, 1);
  });

  for (const path of ["/accepted", "/nothing", "/empty", "/mark"]) {
    it(`answers by any 2xx, such as ${path}`, async () => {
      const payload = path === "/accepted" || path === "/mark" ? reply : "";
      assert.deepEqual(await invoke(path), { type: "response", payload });
    });
  }

  const failures: readonly [path: string, reason: string, message: RegExp][] = [
    [
      "/moved",
      "refused",
      /answered 302 \(a redirection to "https:\/\/elsewhere\.example\/x", which is not followed\)$/,
    ],
    ["/permanent", "refused", /answered 308/],
    ["/html", "not-json", /answered 200 with "text\/html", not JSON: "<!DOCTYPE html><p>Welcome"$/],
    ["/busy", "throttled", /answered 429$/],
    ["/away", "throttled", /answered 503: "no backend"$/],
    ["/gateway", "unreachable", /answered 502/],
    ["/throws", "unhandled", /answered 500: "\{\\"message\\":\\"boom\\"\}"$/],
    ["/unsigned", "access-denied", /answered 401: "bad signature"$/],
    ["/gone", "not-found", /answered 410$/],
    ["/teapot", "refused", /answered 418$/],
    ["/bomb", "refused", /answered 200 in the encoding "gzip", which was not asked for$/],
    ["/endless", "refused", /answered 200 with more than 1000000 bytes$/],
    ["/reset", "unreachable", /Function "menu" at https:\/\/127\.0\.0\.1:\d+: ./],
  ];
  for (const [path, reason, message] of failures) {
    it(`fails as ${reason} at ${path}, after one request`, async () => {
      received.length = 0;
      const failure = await failureOf(path);
      assert.equal(failure.reason, reason);
      assert.match(failure.message, message);
      assert.equal(received.length, 1);
    });
  }

  it("says how long to wait before the next try", async () => {
    assert.equal((await failureOf("/busy")).retryAfterMs, 1_000);
    assert.equal((await failureOf("/away")).retryAfterMs, 0);
  });

  for (const path of ["/silent", "/slow-body"]) {
    it(`is given up in time at ${path}`, async () => {
      const clock = createManualClock();
      const came = new Promise<void>((resolve) => (tell = resolve));
      const invoker = await open({ url: `${url}${path}`, timeoutMs: 5_000, clock });
      const pending = invoker.invoke("menu", event, 20_000);
      await came;
      clock.advance(5_000);
      const result = await pending;
      assert.ok(result.type === "failed");
      assert.deepEqual([result.reason, result.target], ["timeout", "menu"]);
      assert.match(result.message, /gave no answer in 5000 ms$/);
      assert.equal(invoker.ledger().invocations, 0);
      await invoker.close();
    });
  }

  it("is not asked over a connection whose certificate is none of the authorities', or names another", async () => {
    const stranger = createTlsCertificate("IP:127.0.0.1");
    const untrusted = await failureOf("/ok", { authorities: stranger.certificate });
    assert.match(untrusted.message, /self.signed|verify/i);
    const unknown = await failureOf("/ok", { authorities: undefined });
    assert.equal(unknown.reason, "unreachable");

    const other = createTlsCertificate("DNS:other.test");
    const server = createSecureServer({ cert: other.certificate, key: other.key, allowHTTP1: true }, take);
    await once(server.listen(0, "127.0.0.1"), "listening");
    const elsewhere = `https://127.0.0.1:${(server.address() as AddressInfo).port}/ok`;
    const misnamed = await failureOf("/ok", { url: elsewhere, authorities: other.certificate });
    assert.match(misnamed.message, /altnames|ERR_TLS_CERT_ALTNAME_INVALID/);
    server.close();
  });

  it("fails where nobody listens, where no such name is, and where no HTTP is spoken", async () => {
    assert.match((await failureOf("/ok", { url: "https://no-such-host.invalid/" })).message, /ENOTFOUND|EAI_AGAIN/);
    const deaf = createNetServer(
      (socket) =>
        void socket
          .on("error", () => undefined)
          .resume()
          .end("SSH-2.0-x\r\n"),
    );
    await once(deaf.listen(0, "127.0.0.1"), "listening");
    const { port } = deaf.address() as AddressInfo;
    assert.equal((await failureOf("/ok", { url: `http://127.0.0.1:${port}/` })).reason, "unreachable");
    await new Promise((resolve) => deaf.close(resolve));
    assert.match((await failureOf("/ok", { url: `http://127.0.0.1:${port}/` })).message, /ECONNREFUSED/);
  });

  it("is reached through a proxy, which sees where to and nothing of the event", async () => {
    const tunnels: string[] = [];
    const proxy = createHttpServer();
    proxy.on("connect", (request, socket) => {
      tunnels.push(request.url ?? "");
      sockets.push(socket as Socket);
      const [host, port] = (request.url ?? "").split(":");
      const far = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        far.pipe(socket).pipe(far);
      });
      for (const end of [far, socket]) end.on("error", () => [far, socket].forEach((one) => one.destroy()));
    });
    await once(proxy.listen(0, "127.0.0.1"), "listening");
    const result = await invoke("/ok", { proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
    proxy.closeAllConnections();
    proxy.close();

    assert.equal(result.type, "response");
    assert.deepEqual(tunnels, [new URL(url).host]);
  });
});
