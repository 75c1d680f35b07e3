import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { after } from "node:test";
import { WebSocket, type ClientOptions } from "ws";
import { aRequest } from "../../src/testing/internal/sip-testbed.ts";
import { createTlsCertificate } from "../../src/testing/internal/tls-certificate.ts";
import { signallingTest, type CallKit } from "../interop/kit.ts";

/* SIP over WebSockets on real sockets: on the port of the API, and on one of its own with TLS. */

const folder = mkdtempSync(join(tmpdir(), "offhook-web-sockets-"));
after(() => rmSync(folder, { recursive: true }));
const own = createTlsCertificate("IP:127.0.0.1");
const files = { certificate: join(folder, "own.pem"), key: join(folder, "own.key") };
writeFileSync(files.certificate, own.certificate);
writeFileSync(files.key, own.key);

const config = {
  sip: {
    listen: ["udp://127.0.0.1:0", "wss://127.0.0.1:0"],
    tls: { ...files, clients: "required" },
    webSocket: { onApi: true },
  },
};

/** What comes of a WebSocket: the first line of the answer to an OPTIONS, or the status that it was refused with. */
function ask(url: string, via: string, options: ClientOptions = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, "sip", { ca: own.certificate, ...options });
    socket.on("open", () =>
      socket.send(aRequest({ method: "OPTIONS", via: `SIP/2.0/${via} a.invalid;branch=z9hG4bK1` })),
    );
    socket.on("unexpected-response", (_request, response) => resolve(String(response.statusCode)));
    socket.on("error", () => undefined);
    socket.on("message", (data: Buffer) => {
      resolve(data.toString().split("\r\n")[0] ?? "");
      socket.close();
    });
  });
}

/** The first line that answers a message over UDP, over TCP, and over a WebSocket as text and as bytes. */
async function answersTo(kit: CallKit, message: (via: string) => string): Promise<readonly string[]> {
  const datagrams = createSocket("udp4");
  datagrams.send(message("UDP"), kit.address("udp").port, "127.0.0.1");
  const stream = connect(kit.address("tcp").port, "127.0.0.1").end(message("TCP"));
  const webSockets = [false, true].map((binary) => {
    const socket = new WebSocket(`${apiOf(kit)}/sip`, "sip");
    socket.on("open", () => socket.send(message("WS"), { binary }));
    return socket;
  });
  const came: readonly unknown[][] = await Promise.all([
    ...[once(datagrams, "message"), once(stream, "data")],
    ...webSockets.map((socket) => once(socket, "message")),
  ]);
  datagrams.close();
  for (const socket of webSockets) socket.close();
  return came.map(([bytes]) => String(bytes).split("\r\n")[0] ?? "");
}

const apiOf = ({ server }: CallKit) => server.apiUrl.replace("http:", "ws:");

signallingTest(
  "a WebSocket is answered on the port of the API and on one of its own with TLS; a page of another site gets 403 on both",
  { functions: [{}], config },
  async (kit) => {
    const { port } = kit.address("wss");
    const wss = `wss://127.0.0.1:${port}/any`;
    const origin = "https://evil.example";
    assert.deepEqual(
      await Promise.all([
        ask(`${apiOf(kit)}/sip`, "WS"),
        ask(wss, "WSS"),
        ask(`${apiOf(kit)}/sip`, "WS", { origin }),
        ask(wss, "WSS", { origin }),
        ask(`${apiOf(kit)}/sip`, "WS", { headers: { host: "evil.example" } }),
        ask(`${apiOf(kit)}/sip`, "WS", { origin: kit.server.apiUrl }),
      ]),
      ["SIP/2.0 200 OK", "SIP/2.0 200 OK", "403", "403", "403", "SIP/2.0 200 OK"],
    );
    assert.equal(kit.server.ledger().refusals["foreign-page"], 3);
  },
);

signallingTest(
  "an INVITE with a NUL is answered with 400 over every transport, wherever the NUL stands (RFC 3261 §25.1)",
  {
    functions: [{}],
    config: { sip: { listen: ["udp://127.0.0.1:0", "tcp://127.0.0.1:0"], webSocket: { onApi: true } } },
  },
  async (kit) => {
    const changes: readonly (readonly [from: string, to: string, why: string])[] = [
      ["INVITE sip", "IN\0VITE sip", "malformed request line"],
      ["SIP/2.0\r\n", "SIP/2.0\0\r\n", "malformed request line"],
      ["<sip:peer@", "<sip:pe\0er@", "a NUL"],
      ["Call-ID: ", "Call-ID: \0", "a NUL"],
      ["Max-Forwards", "Max-\0Forwards", "a NUL"],
    ];
    for (const [from, to, why] of changes) {
      const message = (via: string) =>
        aRequest({ via: `SIP/2.0/${via} a.invalid;branch=z9hG4bK${why.length};rport` }).replace(from, to);
      const answer = `SIP/2.0 400 Bad Request (${why})`;
      assert.deepEqual(await answersTo(kit, message), [answer, answer, answer, answer], JSON.stringify(to));
    }
    assert.equal(kit.server.ledger().refusals["malformed"], 4 * changes.length);
  },
);
