import assert from "node:assert/strict";
import { test } from "node:test";
import { findRoute, ownAddress } from "./find-route.ts";

const trunk = { transport: "udp", host: "192.0.2.1", port: 5060 } as const;

test("a number and a user of a connector go to the trunk", () => {
  assert.deepEqual(findRoute({ type: "number" }, trunk), { nextHop: trunk, uri: undefined });
  assert.deepEqual(findRoute({ type: "connector", arn: "arn:x" }, trunk), { nextHop: trunk, uri: undefined });
});

test("without a trunk there is no way to a number", () => {
  assert.equal(findRoute({ type: "number" }, undefined), undefined);
});

test("a SIP URI goes to its own host, by the transport that it names", () => {
  const uri = "sip:desk@127.0.0.1:5099;transport=tcp";

  const route = findRoute({ type: "uri", uri }, trunk);

  assert.deepEqual(route, { nextHop: { transport: "tcp", host: "127.0.0.1", port: 5099 }, uri });
});

test("a SIP URI with a host name, or that cannot be read, leads nowhere", () => {
  assert.equal(findRoute({ type: "uri", uri: "sip:desk@pbx.example.com" }, trunk), undefined);
  assert.equal(findRoute({ type: "uri", uri: "sip:" }, trunk), undefined);
});

test("a server that listens everywhere calls itself on loopback", () => {
  assert.equal(ownAddress([{ ...trunk, host: "0.0.0.0" }]).host, "127.0.0.1");
  assert.equal(ownAddress([trunk]).host, "192.0.2.1");
});
