import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMessage } from "./parse.ts";
import { messageText, withoutSecrets } from "./secrets.ts";

const secret = "c2VjcmV0";

for (const [what, text, expected] of [
  ["credentials", `Authorization: Digest username="a", response="${secret}"`, "Authorization: (not shown)"],
  ["credentials in any spelling", `PROXY-AUTHORIZATION :  Digest ${secret}`, "PROXY-AUTHORIZATION : (not shown)"],
  ["challenges", `WWW-Authenticate: Digest nonce="${secret}"`, "WWW-Authenticate: (not shown)"],
  ["what follows them", `Authentication-Info: nextnonce="${secret}"`, "Authentication-Info: (not shown)"],
  [
    "keys of SDES",
    `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${secret}|2^20|1:4`,
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:(not shown)|2^20|1:4",
  ],
  [
    "several keys of one line",
    `a=crypto:1 X inline:${secret};inline:${secret}`,
    "a=crypto:1 X inline:(not shown);inline:(not shown)",
  ],
  ["keys of old descriptions", `k=base64:${secret}`, "k=(not shown)"],
  ["the password of a path", `a=ice-pwd:${secret}`, "a=ice-pwd:(not shown)"],
  ["join tokens as a field", `X-chime-join-token: ${secret}`, "X-chime-join-token: (not shown)"],
  [
    "join tokens in a URI",
    `INVITE sip:+17035550122@h;X-chime-join-token=${secret};a=1 SIP/2.0`,
    "INVITE sip:+17035550122@h;X-chime-join-token=(not shown);a=1 SIP/2.0",
  ],
  ["passwords in URIs", `To: <sip:alice:${secret}@192.0.2.1>`, "To: <sip:alice:(not shown)@192.0.2.1>"],
] as const)
  test(`a text of SIP is shown without ${what}`, () => {
    assert.equal(withoutSecrets(`a: b\r\n${text}\r\nc: d`), `a: b\r\n${expected}\r\nc: d`);
  });

test("all else of a message stays: hosts with ports, names, bodies", () => {
  const text =
    'OPTIONS sip:alice@192.0.2.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP [2001:db8::1]:5060\r\nFrom: "A: b@c" <sip:[2001:db8::1]:5060>\r\n\r\nv=0\r\n';
  assert.equal(withoutSecrets(text), text);
});

test("the text of a message that came in has its fields and its body", () => {
  const parsed = parseMessage(
    Buffer.from(
      "INVITE sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP 192.0.2.1\r\nSubject: x\r\n y\r\nContent-Length: 3\r\n\r\nabc",
    ),
  );
  assert.ok(parsed.type === "message");
  assert.equal(
    messageText(parsed.message),
    "INVITE sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP 192.0.2.1\r\nSubject: x y\r\nContent-Length: 3\r\n\r\nabc",
  );
});
