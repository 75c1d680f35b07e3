import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSipUri } from "../../sip-syntax/index.ts";
import { callerOf } from "./caller-of.ts";

const uri = (text: string) => parseSipUri(text) ?? assert.fail(text);
const asserted = uri("sip:+15105550199@carrier.example");
const phone = (...numbers: readonly string[]) =>
  ({ name: "desk", numbers }) as unknown as Parameters<typeof callerOf>[1];

for (const [what, from, assertedIdentity, account, shown] of [
  ["whoever From names", "sip:+15105550101@pbx.example", asserted, undefined, "+15105550101"],
  ["who is asserted, where From is anonymous", "sip:anonymous@pbx.example", asserted, undefined, "+15105550199"],
  ["who is asserted, where From's host is invalid", "sip:x@anonymous.invalid", asserted, undefined, "+15105550199"],
  ["anonymous, where nobody is asserted", "sip:anonymous@pbx.example", undefined, undefined, "anonymous"],
  ["a phone's number, whatever it says", "sip:desk@pbx.example", undefined, phone("+12065550100"), "+12065550100"],
  [
    "of a phone's numbers the one that it says",
    "sip:+12065550101@pbx.example",
    undefined,
    phone("+12065550100", "+12065550101"),
    "+12065550101",
  ],
  ["a phone that hides itself as anonymous", "sip:anonymous@x.invalid", undefined, phone("+12065550100"), "anonymous"],
  ["a phone without a number by its name", "sip:desk@pbx.example", undefined, phone(), "desk"],
] as const) {
  // Contract: sip-and-media-anonymous-caller, sip-and-media-phone-caller
  test(`events show ${what}`, () => {
    const called = uri("sip:+12065550100@x");
    const named = { from: uri(from), to: called, requestUri: called, assertedIdentity };
    assert.equal(callerOf(named, account), shown);
  });
}
