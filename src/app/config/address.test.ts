import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadConfig } from "./config.ts";
import { parseTarget } from "./address.ts";

test("host names are addresses of calls, and what they do not say stays open", () => {
  const targetOf = (address: string) => Object.values(parseTarget(address) ?? {});

  assert.deepEqual(targetOf("sip:Carrier.example.com"), [undefined, "carrier.example.com", undefined]);
  assert.deepEqual(targetOf("sip:pbx.example.com:5070;transport=TCP"), ["tcp", "pbx.example.com", 5070]);
  assert.deepEqual(targetOf("udp://pbx"), ["udp", "pbx", undefined]);
  assert.deepEqual(targetOf("sips:carrier.example.com"), ["tls", "carrier.example.com", undefined]);
  assert.deepEqual(targetOf("sips:192.0.2.1;transport=tls"), ["tls", "192.0.2.1", 5061]);
  assert.deepEqual(targetOf("tls://192.0.2.1:5099"), ["tls", "192.0.2.1", 5099]);
  assert.deepEqual(targetOf("sip:localhost"), ["udp", "127.0.0.1", 5060]);
  for (const wrong of [
    "sip:pbx.example.com:0",
    "sip:192.0.2",
    "sip:[pbx]",
    "sctp://pbx.example.com",
    "sips:pbx.example.com;transport=udp",
    "sips://pbx.example.com",
    "pbx.example.com",
  ]) {
    assert.equal(parseTarget(wrong), undefined, wrong);
  }
});

test("a name has no symmetric of its own, since peers are told by the address that they send from", () => {
  const folder = mkdtempSync(join(tmpdir(), "offhook-address-"));
  const load = (text: string) => {
    writeFileSync(join(folder, "offhook.yaml"), text);
    return loadConfig({ folder, mode: "production", environment: {} });
  };
  const why = /symmetric: symmetric needs an IP address, and found the name "pbx\.example\.com"/;
  try {
    for (const text of [
      "trunk: { address: sip:pbx.example.com, symmetric: true }",
      "voiceConnectors: { a: [{ address: sip:pbx.example.com, symmetric: false }] }",
    ]) {
      assert.throws(() => load(text), { message: why });
    }
    const everybody = load("{ sip: { symmetric: true }, trunk: { address: sip:pbx.example.com } }");
    assert.equal(everybody.trunks[0]?.symmetric, true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
