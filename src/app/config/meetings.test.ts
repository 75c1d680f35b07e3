import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { errorMessage } from "../../kernel/index.ts";
import { loadConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-meetings-config-"));
after(() => rmSync(folder, { recursive: true }));

function load(text: string) {
  writeFileSync(join(folder, "offhook.yaml"), text);
  return loadConfig({ mode: "production", environment: {}, folder }).meetings;
}

function whyNot(text: string): string {
  try {
    load(text);
  } catch (error) {
    return errorMessage(error);
  }
  return assert.fail("the configuration was accepted");
}

describe("the settings of meetings", () => {
  it("have defaults", () => {
    const none = { publicUrl: undefined, allowedOrigins: undefined, webhook: undefined };
    assert.deepEqual(load(""), { ...none, maxMeetings: 1_000, sampleRateHz: 16_000 });
  });

  it("name one of two sample rates", () => {
    assert.deepEqual(
      [16_000, 48_000].map((sampleRate) => load(JSON.stringify({ meetings: { sampleRate } })).sampleRateHz),
      [16_000, 48_000],
    );
    for (const wrong of [8_000, 44_100, "48 kHz"]) {
      assert.match(whyNot(JSON.stringify({ meetings: { sampleRate: wrong } })), /meetings\.sampleRate: .*16000.*48000/);
    }
  });

  it("name the origins of pages that may take part, each as a browser says it", () => {
    const origins = (...allowedOrigins: string[]) => JSON.stringify({ meetings: { allowedOrigins } });
    const good = ["https://www.example.com", "http://localhost:3000"];
    assert.deepEqual(load(origins(...good)).allowedOrigins, good);
    for (const wrong of ["https://www.example.com/", "https://WWW.example.com", "www.example.com", "null", "*"]) {
      assert.throws(
        () => load(origins(wrong)),
        /meetings\.allowedOrigins\[0\]: found ".*", but it must be scheme, host and port of a page, for example https:\/\/www\.example\.com/,
        wrong,
      );
    }
  });

  it("say the public URL as a WebSocket has it", () => {
    const urls = ["http://meet.example.com", "https://meet.example.com/", "https://meet.example.com:8443/chime/"];
    assert.deepEqual(
      urls.map((publicUrl) => load(JSON.stringify({ meetings: { publicUrl } })).publicUrl),
      ["ws://meet.example.com", "wss://meet.example.com", "wss://meet.example.com:8443/chime"],
    );
  });

  it("make the host of the public URL a name of this server", () => {
    const hostsOf = (publicUrl: string) => {
      writeFileSync(join(folder, "offhook.yaml"), JSON.stringify({ meetings: { publicUrl }, api: { hosts: ["own"] } }));
      return loadConfig({ mode: "production", environment: {}, folder }).api.hosts;
    };

    assert.deepEqual(hostsOf("https://meet.example.com:8443/chime"), ["own", "meet.example.com"]);
    assert.deepEqual(hostsOf("http://[2001:db8::1]:8080"), ["own", "2001:db8::1"]);
  });

  it("take a webhook with and without a secret", () => {
    const url = "https://hooks.example.com/meetings?of=mine";
    const secret = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;
    const webhookOf = (webhook: object) => load(JSON.stringify({ meetings: { webhook } })).webhook;

    assert.deepEqual(webhookOf({ url }), { url, secret: undefined });
    assert.deepEqual(webhookOf({ url, secret }), { url, secret });
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    [
      "meetings: { publicUrl: meet.example.com }",
      /meetings\.publicUrl: found "meet\.example\.com", but it must be a URL/,
    ],
    ["meetings: { publicUrl: 'ftp://meet.example.com' }", /meetings\.publicUrl: found "ftp:/],
    ["meetings: { publicUrl: 'https://meet.example.com/?a=b' }", /meetings\.publicUrl: .*no \? and no #/],
    ["meetings: { maxMeetings: 0 }", /meetings\.maxMeetings: found the number 0|meetings\.maxMeetings: found 0/],
    ["meetings: { webhook: { url: 'mailto:me@example.com' } }", /meetings\.webhook\.url: found "mailto:/],
    [`meetings: { webhook: { secret: 'whsec_${"A".repeat(40)}' } }`, /meetings\.webhook: there is a secret and no url/],
  ];
  for (const [text, message] of wrong)
    it(`are refused with the reason: ${text}`, () => assert.match(whyNot(text), message));

  it("never show a secret, right or wrong", () => {
    for (const secret of ["hunter2", `whsec_${"A".repeat(40)}`]) {
      assert.doesNotMatch(whyNot(`meetings: { webhook: { url: nowhere, secret: '${secret}' } }`), new RegExp(secret));
      assert.doesNotMatch(
        whyNot(`meetings: { webhook: { url: "https://me:${secret}@example.com" } }`),
        new RegExp(secret),
      );
    }
    assert.match(whyNot("meetings: { webhook: { secret: hunter2 } }"), /secret: found something else.*whsec_/);
  });
});
