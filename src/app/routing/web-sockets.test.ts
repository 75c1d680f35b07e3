import assert from "node:assert/strict";
import { test } from "node:test";
import type { IncomingMessage } from "node:http";
import { routeWebSockets, webSocketRules } from "./web-sockets.ts";

const api = { address: "127.0.0.1", hosts: ["voice.example.com"], basePath: "/base" } as never;

for (const [what, headers, isTaken] of [
  ["a page of this server", { host: "127.0.0.1:8080", origin: "http://127.0.0.1:8080" }, true],
  [
    "a page of this server, by another of its names",
    { host: "voice.example.com", origin: "https://voice.example.com" },
    true,
  ],
  ["a page that the configuration names", { host: "localhost:8080", origin: "https://phone.example.com" }, true],
  ["a client that is no browser", { host: "localhost:8080" }, true],
  ["a page of another port of this machine", { host: "127.0.0.1:8080", origin: "http://127.0.0.1:3000" }, false],
  ["a page of another site", { host: "127.0.0.1:8080", origin: "https://evil.example" }, false],
  [
    "a page whose name is that of one that may, and more",
    { host: "127.0.0.1:8080", origin: "https://phone.example.com.evil.example" },
    false,
  ],
  ["a page without an origin", { host: "127.0.0.1:8080", origin: "null" }, false],
  [
    "a page whose name leads here (DNS rebinding)",
    { host: "evil.example:8080", origin: "http://evil.example:8080" },
    false,
  ],
  ["nobody, for no host", {}, false],
] as const) {
  test(`a WebSocket with SIP of ${what} is ${isTaken ? "taken" : "refused, with words"}`, () => {
    const { whyForeign } = webSocketRules({
      ...{
        api,
        sip: { webSocket: { onApi: true, allowPlain: false, origins: ["https://phone.example.com"] } } as never,
      },
    });
    const why = whyForeign(headers, "192.0.2.1");

    assert.equal(why === undefined, isTaken, why);
    if (!isTaken) assert.match(why ?? "", /host|pages/i);
  });
}

for (const [url, onApi, goesTo] of [
  ["/base/sip", true, "sip"],
  ["/base/sip?x=1", true, "sip"],
  ["/base/sip", false, "others"],
  ["/sip", true, "others"],
  ["/base/sip/x", true, "others"],
  ["/base/control/abc", true, "others"],
] as const) {
  test(`a WebSocket at ${url} of the API is ${goesTo === "sip" ? "of SIP" : "for others"}${onApi ? "" : " where SIP is not on its port"}`, () => {
    const seen: string[] = [];
    const take = routeWebSockets(
      { api, sip: { webSocket: { onApi } } as never },
      { takeWebSocket: () => void seen.push("sip") },
      () => {
        seen.push("others");
        return false;
      },
    );
    const taken = take({ url } as IncomingMessage, undefined as never, Buffer.alloc(0));

    assert.deepEqual([seen, taken], [[goesTo], goesTo === "sip" ? "kept" : false]);
  });
}
