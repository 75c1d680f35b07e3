import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
