import assert from "node:assert/strict";
import { test } from "node:test";
import { createTrunks, plainTrunk, type ConnectorGroup, type Trunk } from "../../trunks/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { silentLogger } from "../../kernel/index.ts";
import { findRoutes, ownAddress } from "./find-route.ts";

const target = { transport: "udp", host: "192.0.2.1", port: 5060 } as const;
const arn = "arn:aws:chime:us-east-1:111122223333:vc/abcdef1ghij2klmno3pqr4";
const carrier: Trunk = {
  ...{ ...plainTrunk, name: "carrier", addresses: [{ target, priority: 1, weight: 1 }], prefixes: [""] },
  ...{ account: { username: "1001", password: "hunter2" }, maxForwards: 20, codecs: ["PCMA"], maxCalls: 1 },
};

function trunksOf(trunks: readonly Trunk[], connectors: readonly ConnectorGroup[] = []) {
  const userAgent = {
    locate: () => [],
    request: () => Promise.reject(new Error("nothing is sent")),
    localAddressFor: () => target,
  };
  const ports = { userAgent, clock: createManualClock(), log: silentLogger, random: () => 0, newId: () => "1" };
  return createTrunks({ ...ports, trunks, connectors, standIn: () => undefined });
}

const nowhere = trunksOf([]);

test("a number goes by a trunk, with our credentials there, its codecs and its limits", () => {
  const trunks = trunksOf([carrier]);
  const found = findRoutes({ type: "number" }, "+15105550101", trunks);

  assert.ok(found.type === "routes");
  const [route] = found.routes;
  assert.deepEqual([route.target, route.maxForwards, route.codecs?.codecs], [target, 20, ["PCMA"]]);
  assert.equal(route.credentials, trunks.credentialsOf(carrier));
  const use = route.begin?.();
  assert.ok(typeof use === "object");
  const full = route.begin?.();
  assert.match(typeof full === "string" ? full : "", /^the trunk carrier has 1 calls, and its limit is 1/);
  use.ended();
  assert.equal(typeof route.begin?.(), "object");
});

// Contract: sip-and-media-connector-header
test("a user of a Voice Connector goes by its trunks, with X-VoiceConnector-ID (Contract: sip-and-media-connector-header)", () => {
  const connectors = [{ key: "abcdef1ghij2klmno3pqr4", members: [{ trunk: "carrier", priority: 1, weight: 1 }] }];
  const found = findRoutes({ type: "connector", arn }, "5550", trunksOf([carrier], connectors));

  assert.ok(found.type === "routes");
  assert.deepEqual(found.routes[0].present?.({ to: "5550", isUser: true, from: "+12065550100" }, target), {
    to: "sip:5550@192.0.2.1:5060",
    from: "sip:+12065550100@192.0.2.1:5060",
    headers: { "X-VoiceConnector-ID": "abcdef1ghij2klmno3pqr4" },
  });
});

test("where there is no trunk there is no route, and it is said why", () => {
  assert.deepEqual(findRoutes({ type: "number" }, "+15105550101", nowhere), {
    type: "none",
    why: "no trunk takes calls to +15105550101",
  });
});

// Contract: sip-and-media-sip-uri
for (const [uri, transport, port] of [
  ["sip:desk@127.0.0.1:5099;transport=tcp", "tcp", 5099],
  // Only a parameter names a transport, not the user part, the headers or a longer word.
  ["sip:desk;transport=tcp@127.0.0.1:5099", undefined, 5099],
  ["sip:desk@127.0.0.1:5099?X-Note=;transport=tcp", undefined, 5099],
  ["sip:desk@127.0.0.1:5099;transport=tcp-tls", undefined, 5099],
  ["sip:desk@127.0.0.1:5099;x-transport=tcp", undefined, 5099],
  ["sips:desk@127.0.0.1", "tls", undefined],
  ["sip:desk@127.0.0.1;transport=tls", "tls", undefined],
  ["sips:desk@127.0.0.1;transport=tcp", "tls", undefined],
] as const) {
  test(`${uri} goes to its own host, by ${transport ?? "what the name's records say"}, as it is`, () => {
    const route = { target: { transport, host: "127.0.0.1", port }, uri, responseMs: 4_000 };
    assert.deepEqual(findRoutes({ type: "uri", uri }, uri, nowhere), { type: "routes", routes: [route] });
  });
}

// Contract: sip-and-media-sip-uri
test("a SIP URI that cannot be read leads nowhere", () => {
  assert.equal(findRoutes({ type: "uri", uri: "sip:" }, "sip:", nowhere).type, "none");
});

test("a server calls itself where no name has to be proved, if it listens there, whatever comes first", () => {
  const secure = { transport: "tls", host: "192.0.2.1", port: 5061 } as const;
  assert.equal(ownAddress([secure, target]).transport, "udp");
  assert.equal(ownAddress([secure]).transport, "tls");
});

test("a server that listens everywhere calls itself on loopback", () => {
  assert.equal(ownAddress([{ ...target, host: "0.0.0.0" }]).host, "127.0.0.1");
  assert.equal(ownAddress([target]).host, "192.0.2.1");
});
