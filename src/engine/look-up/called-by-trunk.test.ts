import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSipUri, type SipUri } from "../../sip-syntax/index.ts";
import type { CallingTrunk } from "../ports.ts";
import { readAsOfTrunk, whyNotOfTrunk } from "./called-by-trunk.ts";

const uri = (user: string): SipUri => parseSipUri(`sip:${user}@192.0.2.1`) ?? assert.fail(user);
const germany: CallingTrunk = {
  ...{
    name: "carrier",
    username: "1001",
    numbers: [],
    codecs: undefined,
    srtp: undefined,
    begin: () => ({ ended: () => undefined }),
  },
  dialling: { country: "49", nationalPrefix: "0", internationalPrefix: "00" },
};

/** Who is called, by the To and the Request-URI, and who calls. */
function read(to: string, requestUri: string, from: string, trunk: CallingTrunk | undefined = germany) {
  const call = { to: uri(to), requestUri: uri(requestUri), from: uri(from), assertedIdentity: uri("030999999") };
  const named = readAsOfTrunk(call, trunk);
  return [named.to.user, named.requestUri.user, named.from.user, named.assertedIdentity?.user];
}

// Contract: sip-and-media-trunk-numbers
test("numbers of a trunk with a country become E.164, those of others stay (Contract: sip-and-media-trunk-numbers)", () => {
  assert.deepEqual(read("030123456", "030123456", "0012065550100"), [
    ...["+4930123456", "+4930123456", "+12065550100", "+4930999999"],
  ]);
  assert.deepEqual(read("+4930123456", "x", "anonymous"), ["+4930123456", "x", "anonymous", "+4930999999"]);
  assert.deepEqual(
    readAsOfTrunk({ to: uri("030"), requestUri: uri("030"), from: uri("040") }, undefined).from.user,
    "040",
  );
});

// Contract: sip-and-media-trunk-username
test("in place of our user name the Request-URI counts, else the only number of the trunk (Contract: sip-and-media-trunk-username)", () => {
  const only = { ...germany, numbers: ["+4930111"] };
  const several = { ...germany, numbers: ["+4930111", "+4930222222"] };
  const called = (to: string, requestUri: string, trunk: CallingTrunk) => read(to, requestUri, "040", trunk)[0];

  assert.equal(called("1001", "030222222", germany), "+4930222222");
  assert.equal(called("1001", "1001", only), "+4930111");
  assert.equal(called("front-desk", "s", only), "+4930111");
  assert.equal(called("1001", "1001", several), "1001");
  assert.equal(called("030222222", "1001", only), "+4930222222");
});

// Contract: sip-and-media-trunk-numbers-only
test("a trunk with numbers brings calls for no others (Contract: sip-and-media-trunk-numbers-only)", () => {
  const trunk = { ...germany, numbers: ["+4930111"] };
  assert.equal(whyNotOfTrunk({ to: uri("+4930111") }, trunk), undefined);
  assert.equal(whyNotOfTrunk({ to: uri("4930111") }, trunk), undefined);
  assert.match(whyNotOfTrunk({ to: uri("+4930222222") }, trunk) ?? "", /carrier brings no calls for \+4930222222/);
  assert.equal(whyNotOfTrunk({ to: uri("x") }, germany), undefined);
  assert.equal(whyNotOfTrunk({ to: uri("x") }, undefined), undefined);
});
