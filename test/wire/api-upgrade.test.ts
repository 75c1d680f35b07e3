import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { withApi } from "./api-harness.ts";

/** Sends bytes over a connection of their own and gives all that comes back until it is closed. */
async function exchange(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (piece: string) => void (answer += piece));
  socket.write(text);
  await once(socket, "close");
  return answer;
}

const body = JSON.stringify({ AwsRegion: "us-east-1", Name: "demo", Endpoints: [] });
const webSocket = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

describe("requests that ask for another protocol", () => {
  it(
    "serves one that asks for HTTP/2 as it is, body and all",
    withApi(async ({ api }) => {
      const head =
        "Host: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";
      const first = `POST /sip-media-applications HTTP/1.1\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`;
      const second = "GET /sip-media-applications HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

      const answer = await exchange(api.url, first + second);

      assert.match(answer, /^HTTP\/1\.1 400 [^]*Endpoints[^]*HTTP\/1\.1 200 [^]*"SipMediaApplications"/);
    }),
  );

  it(
    "closes the connection after the answer when the request asks for that",
    withApi(async ({ api }) => {
      const head = "Host: localhost\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n";

      const answer = await exchange(api.url, `GET /sip-media-applications HTTP/1.1\r\n${head}\r\n`);

      assert.match(answer, /^HTTP\/1\.1 200 /);
    }),
  );

  it(
    "says of a WebSocket where there is none that the path is unknown",
    withApi(async ({ api }) => {
      const head = `Host: localhost\r\nConnection: Upgrade, close\r\n${webSocket}`;

      const answer = await exchange(api.url, `GET /nowhere HTTP/1.1\r\n${head}\r\n`);

      assert.match(answer, /^HTTP\/1\.1 404 [^]*There is no operation at GET \/nowhere/);
    }),
  );
});
