import assert from "node:assert/strict";
import { test } from "node:test";
import { readDialled, whyClosedUser, whyNotDialled } from "./dialled.ts";

const closed = { emergencyNumbers: ["911", "112"], closedPrefixes: ["+1900", "+979"] };

for (const [text, type, number] of [
  ["+12065550100", "full", "+12065550100"],
  ["12065550100", "full", "+12065550100"],
  ["911", "emergency", "911"],
  ["+911", "emergency", "911"],
  ["9-1-1", "emergency", "911"],
  ["112", "emergency", "112"],
  ["+1911", "emergency", "911"],
  ["+44112", "emergency", "112"],
  ["+353112", "emergency", "112"],
  ["1911", "short", "1911"],
  ["1001", "short", "1001"],
  ["+1001", "short", "1001"],
  ["5550111", "short", "5550111"],
] as const) {
  test(`dialling ${text} is a ${type} number`, () => {
    assert.deepEqual(readDialled(text, closed), { type, number });
  });
}

for (const [text, number] of [
  ["+19005550100", "+19005550100"],
  ["1 (900) 555-0100", "+19005550100"],
  ["0019005550100", "+19005550100"],
  ["011 1 900 555 0100", "+19005550100"],
  ["+979123456789", "+979123456789"],
] as const) {
  // Contract: sip-and-media-closed-numbers
  test(`dialling ${text} is closed, and the reason names the range and the setting`, () => {
    const dialled = readDialled(text, closed);
    assert.ok(dialled.type === "closed");
    assert.equal(dialled.number, number);
    assert.match(whyNotDialled(dialled, true) ?? "", /begins with \+(?:1900|979), .*limits\.closedPrefixes/);
  });
  test(`the user ${text} of any server is closed`, () => assert.match(whyClosedUser(text, closed) ?? "", /is closed/));
}

for (const text of ["", "1", "alice", "+", "1".repeat(16), "1".repeat(100_000), "+12065550100;x"]) {
  test(`dialling ${JSON.stringify(text.slice(0, 20))} is no number`, () => {
    assert.deepEqual(readDialled(text, closed), { type: "none" });
  });
}

for (const user of [
  ...["911", "+911", "+1911", "9-1-1", "9.1.1", "(911)", "%39%31%31", "%2B911", "911%3Bphone-context=%2B1"],
  ...["911;phone-context=+1", "911;user=phone", "911;phone-context=city.example;verstat=x", "112"],
]) {
  // Contract: sip-and-media-emergency-numbers
  test(`the user ${user} of any server is an emergency number`, () => {
    assert.match(whyClosedUser(user, closed) ?? "", /^(911|112) is an emergency number/);
  });
}

for (const user of ["", "1911", "9110", "alice", "911x", "help-911", "+12065550911", "%", "9".repeat(100_000)]) {
  test(`the user ${user.slice(0, 20)} is none`, () => assert.equal(whyClosedUser(user, closed), undefined));
}
