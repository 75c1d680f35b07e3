import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutMediaKeys } from "../index.ts";

const key = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";

for (const [what, line, shown] of [
  [
    "of a crypto attribute",
    `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20|1:4 FEC_ORDER=FEC_SRTP`,
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:(not shown)|2^20|1:4 FEC_ORDER=FEC_SRTP",
  ],
  [
    "of each of several",
    `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}|1:4;inline:${key}|2:4`,
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:(not shown)|1:4;inline:(not shown)|2:4",
  ],
  ["in other case", `A=CRYPTO:1 x INLINE:${key}`, "A=CRYPTO:1 x inline:(not shown)"],
  ["of no attribute", "a=sendrecv", "a=sendrecv"],
] as const) {
  test(`the text of a message is shown without the media keys ${what}`, () => {
    const text = (one: string) => `INVITE sip:1@a SIP/2.0\r\n\r\nv=0\r\n${one}\r\na=ptime:20\r\n`;

    assert.equal(withoutMediaKeys(text(line)), text(shown));
  });
}

test("a text without line ends costs no more than its length", () => {
  const text = "a=crypto:inline:".repeat(4_000);

  assert.ok(withoutMediaKeys(text).length < text.length * 2);
});
