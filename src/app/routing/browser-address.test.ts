import assert from "node:assert/strict";
import { test } from "node:test";
import { browserAddress } from "./browser-address.ts";

const lo = [{ address: "127.0.0.1", family: "IPv4", internal: true }] as const;
const linkLocal = { address: "fe80::1", family: "IPv6", internal: false } as const;
const six = { address: "2001:db8::1", family: "IPv6", internal: false } as const;
const four = { address: "192.0.2.1", family: "IPv4", internal: false } as const;

test("browsers find media at the address that it is bound to", () => {
  assert.equal(browserAddress("192.0.2.7", { lo, eth0: [four] }), "192.0.2.7");
});

test("media that is bound to every address is found at the first that other hosts reach", () => {
  assert.equal(browserAddress("0.0.0.0", { lo, eth0: [linkLocal, six, four] }), "192.0.2.1");
  assert.equal(browserAddress("::", { lo, eth0: [linkLocal, six] }), "2001:db8::1");
  assert.equal(browserAddress("0.0.0.0", { lo, eth0: [six] }), "127.0.0.1");
  assert.equal(browserAddress("0.0.0.0", { lo }), "127.0.0.1");
});
