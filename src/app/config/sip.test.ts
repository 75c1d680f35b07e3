import assert from "node:assert/strict";
import { test } from "node:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "./config.ts";
import type { Config } from "./types.ts";

/** `sip` of a configuration with this text. */
function read(text: string): Config["sip"] {
  const folder = mkdtempSync(join(tmpdir(), "offhook-config-"));
  try {
    writeFileSync(join(folder, "offhook.yaml"), `sip: ${text}\n`);
    return loadConfig({ mode: "production", environment: {}, folder }).sip;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a listener has the address that it advertises, else that of sip.advertise", () => {
  const { listeners } = read(`{ advertise: SIP.example.com, listen: [
    udp://0.0.0.0:5060, { address: "tcp://10.0.0.1:5080", advertise: "203.0.113.7:15080" },
    { address: "udp://[2001:db8::1]:5060", advertise: "[2001:db8::7]:5070" }, { address: "udp://10.0.0.2" } ] }`);

  assert.deepEqual(listeners, [
    { transport: "udp", host: "0.0.0.0", port: 5060, advertise: { host: "sip.example.com", port: undefined } },
    { transport: "tcp", host: "10.0.0.1", port: 5080, advertise: { host: "203.0.113.7", port: 15_080 } },
    { transport: "udp", host: "2001:db8::1", port: 5060, advertise: { host: "2001:db8::7", port: 5070 } },
    { transport: "udp", host: "10.0.0.2", port: 5060, advertise: { host: "sip.example.com", port: undefined } },
  ]);
});

test("further certificates and what clients have to show are read", () => {
  const { tls, largestDatagramBytes } = read(`{ tls: { certificate: /a.pem, key: /a.key, clients: required,
    further: [{ certificate: /b.pem, key: /b.key }] }, largestDatagram: 65535 }`);

  assert.deepEqual(tls.further, [{ certificate: "/b.pem", key: "/b.key" }]);
  assert.deepEqual([tls.clients, largestDatagramBytes], ["required", 65_535]);
});

for (const [text, message] of [
  [
    '{ listen: [udp://127.0.0.1:5060, tcp://127.0.0.1:5060, { address: "udp://127.0.0.1" }] }',
    /sip\.listen\[2\]: udp:\/\/127\.0\.0\.1:5060 is there twice/,
  ],
  [
    '{ listen: [{ address: "udp://127.0.0.1", advertise: "2001:db8::1" }] }',
    /sip\.listen\[0\]\.advertise: found "2001:db8::1", but who reaches 127\.0\.0\.1 has no address of that family/,
  ],
  [
    '{ listen: [{ address: "udp://[::1]", advertise: 203.0.113.7 }] }',
    /sip\.listen\[0\]\.advertise: found "203\.0\.113\.7", but who reaches ::1 has/,
  ],
  [
    '{ listen: [{ address: "udp://127.0.0.1", advertise: "a b" }] }',
    /sip\.listen\[0\]\.advertise: found "a b", but it must be an IP address or a host name, with or without a port/,
  ],
  [
    '{ listen: [{ address: "udp://127.0.0.1", advertise: "0.0.0.0" }] }',
    /sip\.listen\[0\]\.advertise: found "0\.0\.0\.0", which nobody can send to/,
  ],
  [
    '{ listen: [{ address: "udp://127.0.0.1", advertise: "a.test:0" }] }',
    /sip\.listen\[0\]\.advertise: found "a\.test:0"/,
  ],
  [
    '{ listen: [{ address: "nothing" }] }',
    /sip\.listen\[0\]: found "nothing", but it must be udp, tcp, tls, ws or wss with an IP address/,
  ],
  ["{ listen: [{ advertise: a.test }] }", /sip\.listen\[0\]/],
  [
    '{ listen: [{ address: "tls://127.0.0.1" }] }',
    /sip\.listen\[0\]: found "tls:\/\/127\.0\.0\.1", which needs sip\.tls\.certificate/,
  ],
  [
    '{ advertise: "203.0.113.7:5060" }',
    /sip\.advertise: found "203\.0\.113\.7:5060", but it must be an IP address or a host name/,
  ],
  ["{ tls: { further: [{ certificate: a, key: b }] } }", /sip\.tls\.further needs sip\.tls\.certificate/],
  ["{ tls: { further: [{ certificate: a }] } }", /sip\.tls\.further\[0\]/],
  ["{ tls: { clients: sometimes } }", /sip\.tls\.clients/],
  ["{ largestDatagram: 10 }", /sip\.largestDatagram/],
  [
    '{ listen: ["ws://0.0.0.0:5080"] }',
    /sip\.listen\[0\]: found "ws:.*without TLS: use wss, or sip\.webSocket\.allowPlain/,
  ],
  [
    '{ listen: ["wss://0.0.0.0:5080"] }',
    /sip\.listen\[0\]: found "wss:.*needs sip\.tls\.certificate and sip\.tls\.key/,
  ],
  ["{ webSocket: { origins: https://a.example } }", /sip\.webSocket\.origins/],
  ["{ webSocket: { onAPI: true } }", /sip\.webSocket\.onAPI.*onApi/],
] as const) {
  test(`sip: ${text} is refused with its place`, () => {
    assert.throws(() => read(text), { code: "APP_BAD_CONFIG", message });
  });
}
