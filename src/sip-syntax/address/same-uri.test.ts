import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isSameUri } from "./same-uri.ts";

/** The examples of the standard. */
const same: readonly (readonly [one: string, other: string])[] = [
  ["sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"],
  ["sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"],
  ["sip:carol@chicago.com", "sip:carol@chicago.com;security=on"],
  ["sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"],
  [
    "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
    "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
  ],
  [
    "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
    "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
  ],
];

const different: readonly (readonly [one: string, other: string])[] = [
  ["SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"],
  ["sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"],
  ["sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"],
  ["sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"],
  ["sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"],
  ["sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"],
  ["sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"],
];

/** What its rules say beside these. */
const alsoSame: readonly (readonly [one: string, other: string])[] = [
  ["sip:a@h;lr;x=%61", "SIP:a@h;X=A;LR"],
  ["sip:a%3bb@h", "sip:a%3Bb@h"],
  ["sip:a@[2001:DB8::1]:5060", "sip:a@[2001:db8:0:0:0:0:0:1]:5060"],
  ["sip:a@[::ffff:192.0.2.1]", "sip:a@[::FFFF:c000:201]"],
  ["sip:a@h?X=1&x=2", "sip:a@h?x=2&x=1"],
  ["sip:a@h?", "sip:a@h"],
  ["sip:a%2Db@h", "sip:a-b@h"],
];

const alsoDifferent: readonly (readonly [one: string, other: string])[] = [
  ["sip:a@h", "sips:a@h"],
  ["sip:h", "sip:a@h"],
  ["sip:a:secret@h", "sip:a@h"],
  ["sip:a:secret@h", "sip:a:Secret@h"],
  ["sip:a;b@h", "sip:a%3Bb@h"],
  ["sip:+1-206-555-0100@h", "sip:+12065550100@h"],
  ["sip:a@h;user=ip", "sip:a@h"],
  ["sip:a@h", "sip:a@h;ttl=1"],
  ["sip:a@h;method=INVITE", "sip:a@h"],
  ["sip:a@h;maddr=192.0.2.1", "sip:a@h"],
  ["sip:a@h?x=1", "sip:a@h?x=1&x=1"],
  ["sip:a@h?x=1", "sip:a@h?y=1"],
  ["sip:a@h;x=1", "sip:a@h;x"],
  ["tel:+12065550100", "tel:+1-206-555-0100"],
];

describe("RFC 3261 §19.1.4: two URIs", () => {
  for (const [one, other] of [...same, ...alsoSame])
    it(`${one} is ${other}`, () => assert.deepEqual([isSameUri(one, other), isSameUri(other, one)], [true, true]));
  for (const [one, other] of [...different, ...alsoDifferent])
    it(`${one} is not ${other}`, () =>
      assert.deepEqual([isSameUri(one, other), isSameUri(other, one)], [false, false]));
});
