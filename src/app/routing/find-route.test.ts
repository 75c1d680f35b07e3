import assert from "node:assert/strict";
import { test } from "node:test";
import type { Destination } from "../../call/index.ts";
import { SipCredentials } from "../../sip/index.ts";
import { findRoute, ownAddress, whyNoConnector, type RoutingConfig } from "./find-route.ts";

const trunk = { transport: "udp", host: "192.0.2.1", port: 5060 } as const;
const at = (port: number) => ({ transport: "udp", host: "192.0.2.7", port }) as const;
const arn = "arn:aws:chime:us-east-1:111122223333:vc/abcdef1ghij2klmno3pqr4";
const routing: RoutingConfig = { trunk, connectors: [], unknownConnectors: undefined, random: () => 0 };
const one = (key: string, port: number) => ({
  key,
  routes: [{ address: at(port), priority: 1, weight: 1, symmetric: undefined }],
});

const portsTo = (route: ReturnType<typeof findRoute>) => route?.nextHops.map(({ port }) => port);

test("only what goes to the trunk has our credentials there", () => {
  const credentials = new SipCredentials({ username: "1001", password: "hunter2" });
  const configured = { ...routing, credentials, unknownConnectors: trunk };
  const of = (destination: Destination) => findRoute(destination, configured)?.credentials;

  assert.equal(of({ type: "number" }), credentials);
  assert.equal(of({ type: "uri", uri: "sip:someone@192.0.2.1" }), undefined);
  assert.equal(of({ type: "connector", arn }), undefined);
});

test("a number goes to the trunk; without one there is no route", () => {
  assert.deepEqual(findRoute({ type: "number" }, routing), { nextHops: [trunk], uri: undefined, headers: {} });
  assert.equal(findRoute({ type: "number" }, { ...routing, trunk: undefined }), undefined);
});

// Contract: sip-and-media-connector-header
test("a user of a Voice Connector goes to its address, with X-VoiceConnector-ID (Contract: sip-and-media-connector-header)", () => {
  const connectors = [one("*", 1), one("abcdef1ghij2klmno3pqr4", 2), one(arn, 3)];
  const route = (from: number) =>
    findRoute({ type: "connector", arn }, { ...routing, connectors: connectors.slice(0, from) });

  assert.deepEqual(route(3), {
    nextHops: [at(3)],
    uri: undefined,
    headers: { "X-VoiceConnector-ID": "abcdef1ghij2klmno3pqr4" },
  });
  assert.deepEqual(portsTo(route(2)), [2]);
  assert.deepEqual(portsTo(route(1)), [1]);
});

// Contract: sip-and-media-connector-routes
test("the addresses of a connector are tried by priority, those of one priority as their weights say", () => {
  const routes = [
    { address: at(3), priority: 2, weight: 1, symmetric: undefined },
    { address: at(1), priority: 1, weight: 9, symmetric: undefined },
    { address: at(2), priority: 1, weight: 1, symmetric: undefined },
  ];
  let seed = 1;
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const connectors = [{ key: "*", routes }];
  const firsts = Array.from(
    { length: 1_000 },
    () => portsTo(findRoute({ type: "connector", arn }, { ...routing, connectors, random })) ?? [],
  );

  assert.ok(firsts.every((ports) => ports.length === 3 && ports[2] === 3));
  const share = firsts.filter(([first]) => first === 1).length;
  assert.ok(share > 850 && share < 950, `${share} of 1,000 went to the address with nine tenths of the weight`);
});

test("a connector that is not configured has no route, and the nearest one is named; with none at all, the test phone's", () => {
  const connectors = [one("abcdef1ghij2klmno3pqr5", 1)];

  assert.equal(findRoute({ type: "connector", arn }, { ...routing, connectors }), undefined);
  assert.equal(
    whyNoConnector(arn, { ...routing, connectors }),
    `voiceConnectors in the configuration has no entry for ${arn}; the nearest is abcdef1ghij2klmno3pqr5`,
  );
  assert.notEqual(whyNoConnector(arn, routing), undefined);
  assert.equal(whyNoConnector(arn, { ...routing, unknownConnectors: at(9) }), undefined);
  assert.deepEqual(portsTo(findRoute({ type: "connector", arn }, { ...routing, unknownConnectors: at(9) })), [9]);
  assert.equal(findRoute({ type: "connector", arn }, { ...routing, connectors, unknownConnectors: at(9) }), undefined);
});

// Contract: sip-and-media-sip-uri
test("a SIP URI goes to its own host, by the transport that it names", () => {
  const uri = "sip:desk@127.0.0.1:5099;transport=tcp";

  const route = findRoute({ type: "uri", uri }, routing);

  assert.deepEqual(route, { nextHops: [{ transport: "tcp", host: "127.0.0.1", port: 5099 }], uri, headers: {} });
});

// Contract: sip-and-media-sip-uri
test("only a parameter of a SIP URI names its transport, not its user part, its headers or a longer word", () => {
  for (const uri of [
    "sip:desk;transport=tcp@127.0.0.1:5099",
    "sip:desk@127.0.0.1:5099?X-Note=;transport=tcp",
    "sip:desk@127.0.0.1:5099;transport=tcp-tls",
    "sip:desk@127.0.0.1:5099;x-transport=tcp",
  ]) {
    const route = findRoute({ type: "uri", uri }, routing);

    assert.deepEqual(route?.nextHops, [{ transport: undefined, host: "127.0.0.1", port: 5099 }], uri);
  }
});

// Contract: sip-and-media-sip-uri
test("a SIP URI with a host name leaves transport and port to the records of that name", () => {
  const route = findRoute({ type: "uri", uri: "sip:desk@pbx.example.com" }, routing);

  assert.deepEqual(route?.nextHops, [{ transport: undefined, host: "pbx.example.com", port: undefined }]);
});

// Contract: sip-and-media-sip-uri
test("a SIP URI that cannot be read leads nowhere", () => {
  assert.equal(findRoute({ type: "uri", uri: "sip:" }, routing), undefined);
});

test("a server calls itself where no name has to be proved, if it listens there, whatever comes first", () => {
  const secure = { transport: "tls", host: "192.0.2.1", port: 5061 } as const;
  assert.equal(ownAddress([secure, trunk]).transport, "udp");
  assert.equal(ownAddress([secure]).transport, "tls");
});

for (const [uri, transport] of [
  ["sips:desk@pbx.example.com", "tls"],
  ["sip:desk@pbx.example.com;transport=tls", "tls"],
  ["sips:desk@pbx.example.com;transport=tcp", "tls"],
  ["sip:desk@pbx.example.com", undefined],
] as const) {
  test(`${uri} is called over ${transport ?? "what the name's records say"}`, () => {
    const [hop] = findRoute({ type: "uri", uri }, routing)?.nextHops ?? [];
    assert.deepEqual(hop, { transport, host: "pbx.example.com", port: undefined });
  });
}

test("a server that listens everywhere calls itself on loopback", () => {
  assert.equal(ownAddress([{ ...trunk, host: "0.0.0.0" }]).host, "127.0.0.1");
  assert.equal(ownAddress([trunk]).host, "192.0.2.1");
});
