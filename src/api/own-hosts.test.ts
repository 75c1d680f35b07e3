import assert from "node:assert/strict";
import { hostname } from "node:os";
import { test } from "node:test";
import { createHostCheck } from "./own-hosts.ts";

/** Whether a request with this Host, and this Origin, that came to 192.0.2.1 passes. */
function passes(host: string | undefined, origin?: string, localAddress = "192.0.2.1"): boolean {
  const check = createHostCheck(["0.0.0.0", "Voice.example.com", "2001:db8::7"]);
  try {
    check({
      headers: { ...(host === undefined ? {} : { host }), ...(origin === undefined ? {} : { origin }) },
      socket: { localAddress },
    });
    return true;
  } catch (error) {
    assert.match(String(error), /api\.hosts|Web pages of|no Host header/);
    return false;
  }
}

// Contract: api-host-check
test("takes loopback, the address that was reached, the machine's name and configured names, with any port", () => {
  for (const host of [
    ...[
      "localhost",
      "LOCALHOST:8080",
      "offhook.localhost:8080",
      "localhost.:80",
      "127.0.0.1:8080",
      "127.9.9.9",
      "[::1]:80",
    ],
    ...["192.0.2.1", "192.0.2.1:8080", "voice.example.com", "VOICE.EXAMPLE.COM:443", "[2001:db8:0:0::7]:8080"],
    hostname(),
  ]) {
    assert.equal(passes(host), true, host);
  }
  assert.equal(passes("192.0.2.1", undefined, "::ffff:192.0.2.1"), true);
});

// Contract: api-regional-hosts
test("takes the hosts of the service in every Region, and nothing that only looks so", () => {
  for (const host of [
    ...[
      "voice-chime.us-east-1.amazonaws.com",
      "voice-chime-fips.ca-central-1.amazonaws.com:443",
      "voice-chime.eu-west-1.api.aws",
    ],
    ...["chime.us-east-1.amazonaws.com", "meetings-chime.eu-central-1.amazonaws.com", "service.chime.aws.amazon.com"],
  ]) {
    assert.equal(passes(host), true, host);
  }
  for (const host of [
    "evil-voice-chime.us-east-1.amazonaws.com",
    "voice-chime.a.b.amazonaws.com",
    "x.s3.amazonaws.com",
    "voice-chime.us-east-1.amazonaws.com.evil.example",
  ]) {
    assert.equal(passes(host), false, host);
  }
});

// Contract: api-host-check
test("refuses every other name, whatever Origin says: a page that leads here by its own name, rebound or not", () => {
  for (const host of [
    ...["evil.example:8080", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil-localhost"],
    ...["192.0.2.2", "0.0.0.1", "[::2]", "[::1", "127.0.0.1:8080:80", "127.0.0.1@evil.example", "", " ", "2130706433"],
    ...["a".repeat(5_000), `${"a.".repeat(200)}localhost`, "evil.example\u0000localhost"],
  ]) {
    assert.equal(passes(host), false, host);
    assert.equal(passes(host, `http://${host}`), false, host);
  }
  assert.equal(passes(undefined), false);
});

test("refuses web pages of another origin than the host that they ask", () => {
  assert.equal(passes("127.0.0.1:8080", "http://127.0.0.1:8080"), true);
  assert.equal(passes("voice.example.com", "https://voice.example.com"), true);
  for (const origin of ["null", "http://127.0.0.1:3000", "http://evil.example:8080", "file://", ""]) {
    assert.equal(passes("127.0.0.1:8080", origin), false, origin);
  }
});
