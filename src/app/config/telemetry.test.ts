import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { loadConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-config-telemetry-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "key"), "open sesame\n");

function load(telemetry: object, environment: Readonly<Record<string, string>> = {}) {
  writeFileSync(join(folder, "offhook.yaml"), JSON.stringify({ telemetry }));
  return loadConfig({ folder, mode: "production", environment }).telemetry;
}

const urlOf = (otlp: object, environment: Readonly<Record<string, string>> = {}) =>
  load({ otlp }, environment).traces?.url;

describe("where traces go", () => {
  it("is nowhere until it is said", () => assert.deepEqual(load({}), { traces: undefined, capture: undefined }));

  it("is the endpoint of the setting, which has the usual path where it has none", () => {
    assert.equal(urlOf({ endpoint: "http://127.0.0.1:4318" }), "http://127.0.0.1:4318/v1/traces");
    assert.equal(urlOf({ endpoint: "https://otel.example.com/in/v1/traces" }), "https://otel.example.com/in/v1/traces");
    assert.equal(load({ otlp: { endpoint: "http://a", sampleRatio: 0.1 } }).traces?.ratio, 0.1);
  });

  it("is else what the variables of OpenTelemetry say, unless they switch it off", () => {
    const all = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel:4318" };
    assert.equal(urlOf({}, all), "http://otel:4318/v1/traces");
    assert.equal(urlOf({}, { ...all, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://other:1/x" }), "http://other:1/x");
    assert.equal(urlOf({}, { ...all, OTEL_SDK_DISABLED: "true" }), undefined);
    assert.equal(urlOf({ endpoint: "http://a:1" }, all), "http://a:1/v1/traces");
  });
});

describe("the capture server", () => {
  it("is an address with a port, over UDP or TCP, with what it knows this server by", () => {
    const { capture } = load({ hep: { address: "udp://192.0.2.7:9060", captureId: 7, name: "a", keyFile: "key" } });
    assert.deepEqual(capture, {
      address: { transport: "udp", host: "192.0.2.7", port: 9060 },
      agent: { id: 7, name: "a", key: "open sesame" },
    });
    const named = load({ hep: { address: "tcp://[2001:db8::7]:9061" } }).capture;
    assert.deepEqual([named?.address.host, named?.agent.id], ["2001:db8::7", 2001]);
    assert.equal(load({ hep: { address: "tcp://homer.example.com:9061" } }).capture?.address.host, "homer.example.com");
  });
});

for (const [wrong, why] of [
  [{ otlp: { endpoint: "grpc://a:4317" } }, /telemetry\.otlp\.endpoint: .*http:\/\//],
  [{ otlp: { endpoint: "http://me:secret@a" } }, /telemetry\.otlp\.endpoint: .*user name or a password/],
  [{ otlp: { sampleRatio: 2 } }, /telemetry\.otlp\.sampleRatio/],
  [{ hep: { address: "192.0.2.7:9060" } }, /telemetry\.hep\.address: .*udp:\/\//],
  [{ hep: { address: "udp://192.0.2.7" } }, /telemetry\.hep\.address: .*a port/],
  [{ hep: { address: "tls://a:1" } }, /telemetry\.hep\.address/],
  [{ hep: { keyFile: "key" } }, /telemetry\.hep\.keyFile: there is no telemetry\.hep\.address/],
  [{ hep: { address: "udp://a:1", keyFile: "none" } }, /telemetry\.hep\.keyFile: .*none cannot be read/],
] as const) {
  it(`telemetry is refused when it is ${JSON.stringify(wrong)}`, () => {
    assert.throws(() => load(wrong), why);
  });
}
