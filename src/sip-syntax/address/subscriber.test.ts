import assert from "node:assert/strict";
import { test } from "node:test";
import { plainUser, readSubscriber } from "./subscriber.ts";

for (const [text, user] of [
  ["+12065550111", "+12065550111"],
  ["+12065550111;verstat=TN-Validation-Passed", "+12065550111"],
  ["+12065550111;cpc=ordinary;oli=00", "+12065550111"],
  ["+12065550111;npdi;rn=+12065550000;cic=+15062", "+12065550111"],
  ["+12065550111;tgrp=tg1;trunk-context=example.com", "+12065550111"],
  ["+1-206-555-0111;ext=12;isub=34", "+12065550111"],
  ["%2B12065550111", "+12065550111"],
  ["+12065550111%3Bverstat%3DNo-TN-Validation", "+12065550111"],
  ["+1%20(206)%20555.0111", "+12065550111"],
  ["2065550111;phone-context=+1", "+12065550111"],
  ["2065550111;PHONE-CONTEXT=+1", "+12065550111"],
  ["0111;phone-context=+1206555", "0111"],
  ["12065550111;phone-context=+1", "+12065550111"],
  ["2079460000;phone-context=+44", "+442079460000"],
  ["911;phone-context=+1", "911"],
  ["1001;phone-context=pbx.example.com", "1001"],
  ["12ab;phone-context=example.com", "12ab"],
  ["*72#", "*72#"],
  ["1001", "1001"],
  ["206-555-0111", "2065550111"],
  // No telephone numbers.
  ["alice", "alice"],
  ["alice;day=tuesday", "alice;day=tuesday"],
  ["anonymous;verstat=No-TN-Validation", "anonymous"],
  ["front%20desk", "front desk"],
  ["192.0.2.7", "192.0.2.7"],
  ["abba", "abba"],
  ["", ""],
  [";x=1", ";x=1"],
  ["50%", undefined],
  ["caf%E9", undefined],
] as const) {
  test(`the user part ${JSON.stringify(text)} is ${JSON.stringify(user)}`, () => {
    assert.equal(plainUser(text), user);
  });
}

test("reads the parameters of a number by their names, the first of two", () => {
  const { parameters } =
    readSubscriber("+1206;Verstat=a%3db;npdi;verstat=c; cpc = ordinary ;;") ?? assert.fail("no number");

  assert.deepEqual(
    [...parameters],
    [
      ["verstat", "a=b"],
      ["npdi", ""],
      ["cpc", "ordinary"],
    ],
  );
});

test("a long user part costs no more than its length, and is no number", () => {
  for (const text of [
    "1".repeat(200_000),
    "-".repeat(200_000),
    `+1206;${"a=1;".repeat(50_000)}`,
    " ".repeat(200_000),
  ]) {
    assert.equal(readSubscriber(text), undefined);
    assert.equal(plainUser(text), text);
  }
});
