import assert from "node:assert/strict";
import { test } from "node:test";
import type { SipAddress, SipListener } from "../types.ts";
import { createOwnAddresses, type OwnAddressOptions } from "./own-addresses.ts";

const udp = (host: string, port = 5060): SipAddress => ({ transport: "udp", host, port });
const tcp = (host: string, port = 5060): SipAddress => ({ transport: "tcp", host, port });
const outside = (host: string): SipListener["advertised"] => ({ host, addresses: () => [host] });
const routes: Readonly<Record<string, string>> = {
  "127.0.0.1": "127.0.0.1",
  "192.0.2.9": "192.0.2.1",
  "198.51.100.9": "198.51.100.1",
  "2001:db8::9": "2001:db8::1",
};

function ownAddresses(listeners: readonly SipListener[], more: Partial<OwnAddressOptions> = {}) {
  return createOwnAddresses({
    listeners,
    sourceHost: (peer) => routes[peer],
    isLocal: () => false,
    monotonicMs: () => 0,
    ...more,
  });
}

test("a peer of a listener on every address is told the address that packets to it leave from", () => {
  const own = ownAddresses([udp("0.0.0.0")]);

  assert.deepEqual(own.towards(udp("192.0.2.9")), { bound: "0.0.0.0", local: "192.0.2.1", advertised: "192.0.2.1" });
  assert.deepEqual(own.towards(udp("198.51.100.9"))?.advertised, "198.51.100.1");
  assert.equal(own.towards(udp("2001:db8::9")), undefined);
});

test("a listener on [::] takes both families: each peer gets an address and a wildcard of its own", () => {
  const own = ownAddresses([udp("::")]);

  assert.deepEqual(own.towards(udp("192.0.2.9")), { bound: "0.0.0.0", local: "192.0.2.1", advertised: "192.0.2.1" });
  assert.deepEqual(own.towards(udp("2001:db8::9")), { bound: "::", local: "2001:db8::1", advertised: "2001:db8::1" });
});

test("of several listeners it is the one at the address that the peer is reached from", () => {
  const own = ownAddresses([udp("192.0.2.1"), udp("198.51.100.1"), udp("127.0.0.1"), tcp("198.51.100.1")]);

  assert.equal(own.towards(udp("198.51.100.9"))?.advertised, "198.51.100.1");
  assert.equal(own.towards(udp("127.0.0.1"))?.advertised, "127.0.0.1");
  assert.deepEqual(own.listenerFor(tcp("192.0.2.9")), tcp("198.51.100.1"));
});

test("without a listener of the peer's family there is none", () => {
  assert.equal(ownAddresses([udp("192.0.2.1")]).towards(udp("2001:db8::9")), undefined);
  assert.equal(ownAddresses([udp("2001:db8::1")]).towards(udp("192.0.2.9")), undefined);
});

test("peers are told the advertised address, but not local ones, this server itself, or those of the other family", () => {
  const own = ownAddresses([{ ...udp("::", 5060), advertised: outside("203.0.113.7") }], {
    isLocal: ({ host }) => host === "198.51.100.9",
  });

  assert.deepEqual(own.towards(udp("192.0.2.9")), { bound: "0.0.0.0", local: "192.0.2.1", advertised: "203.0.113.7" });
  assert.equal(own.towards(udp("198.51.100.9"))?.advertised, "198.51.100.1");
  assert.equal(own.towards(udp("127.0.0.1", 5060))?.advertised, "127.0.0.1");
  assert.equal(own.towards(udp("127.0.0.1", 5061))?.advertised, "203.0.113.7");
  assert.equal(own.towards(udp("2001:db8::9"))?.advertised, "2001:db8::1");
});

test("a host name is advertised as it is in Contact and Via, with its port, and as its address of the peer's family in SDP", () => {
  const named = { host: "sip.example.com", port: 5080, addresses: () => ["2001:db8::7", "203.0.113.7"] };
  const listener = { ...udp("::"), advertised: named };
  const own = ownAddresses([listener]);

  assert.deepEqual(own.signalled(udp("192.0.2.9"), listener), udp("sip.example.com", 5080));
  assert.equal(own.towards(udp("192.0.2.9"))?.advertised, "203.0.113.7");
  assert.equal(own.towards(udp("2001:db8::9"))?.advertised, "2001:db8::7");
});

test("each listener advertises an address of its own, also for audio on another socket", () => {
  const inside = { ...udp("0.0.0.0", 5070), advertised: outside("10.0.0.7") };
  const own = ownAddresses([{ ...udp("0.0.0.0"), advertised: outside("203.0.113.7") }, inside]);

  assert.deepEqual(own.signalled(udp("192.0.2.9"), inside), udp("10.0.0.7", 5070));
  assert.equal(own.towards(udp("192.0.2.9"), undefined, inside)?.advertised, "10.0.0.7");
  assert.deepEqual(own.towards(udp("192.0.2.9"), "192.0.2.1", inside), {
    ...{ bound: "192.0.2.1", local: "192.0.2.1", advertised: "10.0.0.7" },
  });
  assert.equal(own.towards(udp("192.0.2.9"))?.advertised, "203.0.113.7");
});

test("the system is asked once in ten seconds for each peer, and answers for a bounded number of peers are kept", () => {
  const asked: string[] = [];
  const clock = { nowMs: 0 };
  const own = ownAddresses([udp("0.0.0.0")], {
    monotonicMs: () => clock.nowMs,
    sourceHost: (peer) => {
      asked.push(peer);
      return "192.0.2.1";
    },
  });

  for (let round = 0; round < 3; round++) own.towards(udp("192.0.2.9"));
  assert.deepEqual(asked, ["192.0.2.9"]);
  clock.nowMs = 10_000;
  own.towards(udp("192.0.2.9"));
  assert.equal(asked.length, 2);
  for (let index = 0; index < 5_000; index++) own.towards(udp(`10.0.${index >> 8}.${index & 255}`));
  own.towards(udp("192.0.2.9"));
  assert.equal(asked.length, 5_003);
  own.towards(udp("10.0.19.135"));
  assert.equal(asked.length, 5_003);
});
