import assert from "node:assert/strict";
import { test } from "node:test";
import { findForbiddenHeaders, showHeaders } from "./sip-headers.ts";

// Contract: sip-and-media-headers-shown, sip-and-media-headers-spelling
test("functions see x-*, User-to-User and Diversion, spelled as received, and no other header", () => {
  const shown = showHeaders([
    { name: "Via", value: "SIP/2.0/UDP a" },
    { name: "X-CallId", value: "42" },
    { name: "user-to-user", value: "616263;encoding=hex" },
    { name: "Diversion", value: "<sip:a@b>" },
    { name: "Subject", value: "hello" },
  ]);

  assert.deepEqual(shown, { "X-CallId": "42", "user-to-user": "616263;encoding=hex", Diversion: "<sip:a@b>" });
});

// Contract: sip-and-media-headers-repeated
test("the values of a repeated header are joined under its first spelling", () => {
  const shown = showHeaders([
    { name: "X-Tag", value: "a" },
    { name: "x-tag", value: "b" },
  ]);

  assert.deepEqual(shown, { "X-Tag": "a, b" });
});

test("an INVITE without such headers shows none", () => {
  assert.equal(showHeaders([{ name: "From", value: "<sip:a@b>" }]), undefined);
});

test("x-*, User-to-User and Diversion may be set in any spelling", () => {
  assert.deepEqual(
    findForbiddenHeaders({ "X-a": "1", "USER-TO-USER": "61", diversion: "", "x-long": "1".repeat(2_048) }, 2_048),
    [],
  );
});

for (const [name, value, why] of [
  ["Subject", "1", /only x-\*/],
  ["x-", "1", /only x-\*/],
  ["x-a b", "1", /only x-\*/],
  ["X-Amzn-Trace", "1", /x-amzn are reserved/],
  ["x-VINE", "1", /x-vine are reserved/],
  ["x-vcid", "1", /x-vc are reserved/],
  ["x-canary", "1", /x-canary are reserved/],
  ["x-voice-id", "1", /x-voice are reserved/],
  ["x-a", "1".repeat(2_049), /2049 characters/],
  ["x-a", "1\r\nVia: evil", /line break/],
] as const) {
  // Contract: sip-and-media-headers-allowed, sip-and-media-header-length, sip-and-media-header-line-breaks
  test(`the header ${JSON.stringify(name)} with ${value.length} characters is refused: ${String(why)}`, () => {
    const [forbidden] = findForbiddenHeaders({ [name]: value }, 2_048);

    assert.equal(forbidden?.name, name);
    assert.match(forbidden?.why ?? "", why);
  });
}

test("a name of more than 256 characters is refused, and told by its beginning", () => {
  const name = `X-${"a".repeat(900_000)}`;

  const [forbidden] = findForbiddenHeaders({ [name]: "1", [name.slice(0, 256)]: "1" }, 2_048);

  assert.match(forbidden?.why ?? "", /^its name has 900002 characters, at most 256 are allowed$/);
  assert.equal(forbidden?.name.length, 259);
});
