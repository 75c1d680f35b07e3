import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { presentCall, type Parties } from "./present-call.ts";
import { plainTrunk, type CallerIdForm, type Trunk } from "./types.ts";

const local = { transport: "udp", host: "203.0.113.7", port: 5080 } as const;
const target = { transport: "tcp", host: "192.0.2.1", port: 5070 } as const;
const germany = { country: "49", nationalPrefix: "0", internationalPrefix: "00" };
const account = { username: "1001", password: "hunter2" };

function present(traits: Partial<Trunk>, parties: Partial<Parties> = {}) {
  const trunk: Trunk = { ...plainTrunk, name: "carrier", addresses: [], ...traits };
  return presentCall({ trunk, target }, { to: "+4930123456", from: "+4940654321", isUser: false, ...parties }, local);
}

const callerId = (traits: Partial<CallerIdForm>): Partial<Trunk> => ({
  account,
  dialling: germany,
  callerId: { ...plainTrunk.callerId, ...traits },
});

describe("what a trunk is told", () => {
  // Contract: sip-and-media-trunk-numbers
  for (const [form, german, american] of [
    ["e164", "+4930123456", "+12065550100"],
    ["digits", "4930123456", "12065550100"],
    ["international", "004930123456", "0012065550100"],
    ["national", "030123456", "0012065550100"],
  ] as const) {
    it(`has called numbers as ${form}, and users and short numbers as they are (Contract: sip-and-media-trunk-numbers)`, () => {
      const traits = { numberForm: form, dialling: germany };
      const to = (number: string, isUser = false) => present(traits, { to: number, isUser }).to;

      assert.equal(to("+4930123456"), `sip:${german}@192.0.2.1:5070;transport=tcp`);
      assert.equal(to("+12065550100"), `sip:${american}@192.0.2.1:5070;transport=tcp`);
      assert.equal(to("201"), "sip:201@192.0.2.1:5070;transport=tcp");
      assert.equal(to("+4930123456", true), "sip:+4930123456@192.0.2.1:5070;transport=tcp");
    });
  }

  // Contract: sip-and-media-trunk-caller-id
  const rows: readonly (readonly [
    string,
    Partial<CallerIdForm>,
    string,
    ReturnType<typeof present>["headers"],
    string?,
  ])[] = [
    ["the number in From", {}, "sip:+4940654321@203.0.113.7:5080", {}],
    ["it in another form", { form: "national" }, "sip:040654321@203.0.113.7:5080", {}],
    [
      "it in P-Asserted-Identity too",
      { identity: "P-Asserted-Identity", form: "digits" },
      "sip:4940654321@203.0.113.7:5080",
      { "P-Asserted-Identity": "<sip:4940654321@203.0.113.7>" },
    ],
    [
      "our user name in From, and the number in P-Preferred-Identity",
      { from: "username", identity: "P-Preferred-Identity" },
      "sip:1001@203.0.113.7:5080",
      { "P-Preferred-Identity": "<sip:+4940654321@203.0.113.7>" },
    ],
    [
      "the number in Remote-Party-ID",
      { identity: "Remote-Party-ID" },
      "sip:+4940654321@203.0.113.7:5080",
      { "Remote-Party-ID": "<sip:+4940654321@203.0.113.7>;party=calling;privacy=off;screen=yes" },
    ],
    ["that it is not to be known", {}, '"Anonymous" <sip:anonymous@anonymous.invalid>', { Privacy: "id" }, "anonymous"],
    ["the number for those who have none", { fallback: "+4930111" }, "sip:+4930111@203.0.113.7:5080", {}, "Anonymous"],
    ["our user name, of nobody who is known", { from: "username" }, "sip:1001@203.0.113.7:5080", { Privacy: "id" }, ""],
    ["an extension as it is", { form: "national" }, "sip:201@203.0.113.7:5080", {}, "201"],
    ["a name as it is", { form: "digits" }, "sip:front%20desk@203.0.113.7:5080", {}, "front desk"],
  ];
  for (const [what, traits, from, headers, caller = "+4940654321"] of rows) {
    it(`of the caller ${JSON.stringify(caller)} is ${what} (Contract: sip-and-media-trunk-caller-id)`, () => {
      const presented = present(callerId(traits), { from: caller });
      assert.deepEqual([presented.from, presented.headers], [from, headers]);
    });
  }

  it("has the domain in place of both addresses, where there is one", () => {
    const presented = present({ ...callerId({ identity: "P-Asserted-Identity" }), domain: "example.com" });
    assert.deepEqual(presented, {
      ...{ to: "sip:+4930123456@example.com", from: "sip:+4940654321@example.com" },
      headers: { "P-Asserted-Identity": "<sip:+4940654321@example.com>" },
    });
  });
});
