import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { errorMessage, packageRoot } from "../../kernel/index.ts";
import { plainTrunk } from "../../trunks/index.ts";
import { loadConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-trunks-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "carrier.password"), "hunter2\n");

function load(yaml: string) {
  writeFileSync(join(folder, "offhook.yaml"), yaml);
  return loadConfig({ mode: "production", environment: {}, folder });
}

function whyNot(yaml: string): string {
  try {
    load(yaml);
  } catch (error) {
    return errorMessage(error);
  }
  return assert.fail("the configuration was accepted");
}

const target = { transport: "udp", host: "192.0.2.1", port: 5060 };
const one = { target, priority: 1, weight: 1 };

describe("trunks of the configuration", () => {
  it("with an address alone take all numbers, without limits", () => {
    const written = {
      numbers: [],
      prefixes: [""],
      dialling: { country: undefined, nationalPrefix: "0", internationalPrefix: "00" },
    };
    assert.deepEqual(load("trunks: { carrier: { address: sip:192.0.2.1 } }").trunks, [
      { ...plainTrunk, name: "carrier", addresses: [one], ...written },
    ]);
  });

  it("have what is written", () => {
    const [trunk] = load(`
trunks:
  carrier:
    address: [sip:192.0.2.1, { address: sip:carrier.example.com, priority: 7, weight: 3 }]
    domain: Carrier.example.com
    username: "1001"
    passwordFile: carrier.password
    register: true
    registerSeconds: 600
    sources: [192.0.2.0/24, "2001:db8::1"]
    callers: [{ username: pbx, passwordFile: carrier.password }]
    numbers: ["+4930111"]
    prefixes: ["+49", "2"]
    priority: 2
    weight: 5
    shortNumbers: true
    numberForm: national
    country: "49"
    callerId: { form: digits, from: username, identity: Remote-Party-ID, fallback: "+4930111" }
    codecs: [PCMA]
    srtp: required
    authorities: /ca.pem
    callsPerSecond: 3
    maxCalls: 4
    maxForwards: 20
    responseSeconds: 2
    probeSeconds: 30
`).trunks;

    assert.deepEqual(trunk, {
      name: "carrier",
      addresses: [
        one,
        { target: { transport: undefined, host: "carrier.example.com", port: undefined }, priority: 7, weight: 3 },
      ],
      domain: "carrier.example.com",
      account: { username: "1001", password: "hunter2" },
      registration: { expiresS: 600 },
      sources: [
        { address: "192.0.2.0", prefix: 24 },
        { address: "2001:db8::1", prefix: 128 },
      ],
      callers: [{ username: "pbx", password: "hunter2" }],
      ...{ numbers: ["+4930111"], prefixes: ["+49", "2"], priority: 2, weight: 5, symmetric: undefined },
      ...{ shortNumbers: true, numberForm: "national", codecs: ["PCMA"], srtp: "required" },
      authoritiesFile: "/ca.pem",
      dialling: { country: "49", nationalPrefix: "0", internationalPrefix: "00" },
      callerId: { form: "digits", from: "username", identity: "Remote-Party-ID", fallback: "+4930111" },
      ...{ callsPerSecond: 3, maxCalls: 4, maxForwards: 20, responseMs: 2_000, probeMs: 30_000 },
    });
  });

  it("are one named trunk where the short form is written, whose password may come from a variable", () => {
    const { trunks, limits } = load(
      'trunk: { address: sip:192.0.2.1, username: "1", password: a, shortNumbers: true }',
    );

    const account = { username: "1", password: "a" };
    assert.deepEqual(trunks, [
      { ...plainTrunk, name: "trunk", addresses: [one], prefixes: [""], account, shortNumbers: true },
    ]);
    assert.equal(limits.shortNumbers, true);
  });

  it("are what Voice Connectors lead to, beside addresses that take no numbers", () => {
    const { trunks, connectors } = load(`
trunks: { main: { address: sip:192.0.2.1 }, spare: { address: sip:192.0.2.2, shortNumbers: true } }
voiceConnectors:
  abc: main
  arn:aws:chime:us-east-1:000000000000:vcg/def: [main, { address: spare, priority: 1, weight: 2 }, "sip:192.0.2.3"]
`);

    const group = "arn:aws:chime:us-east-1:000000000000:vcg/def";
    assert.deepEqual(connectors, [
      { key: "abc", members: [{ trunk: "main", priority: 1, weight: 1 }] },
      {
        key: group,
        members: [
          { trunk: "main", priority: 1, weight: 1 },
          { trunk: "spare", priority: 1, weight: 2 },
          { trunk: `${group}#3`, priority: 3, weight: 1 },
        ],
      },
    ]);
    assert.deepEqual(
      trunks.map(({ name, prefixes }) => [name, prefixes]),
      [
        ["main", [""]],
        ["spare", [""]],
        [`${group}#3`, []],
      ],
    );
  });

  const wrong: readonly (readonly [yaml: string, why: RegExp])[] = [
    [
      "{ trunk: { address: sip:192.0.2.1 }, trunks: { a: { address: sip:192.0.2.1 } } }",
      /trunk: there are trunks too; write it as one of them/,
    ],
    ["trunks: { a: { adress: sip:192.0.2.1 } }", /trunks\.a\.adress: unknown key "adress"; did you mean "address"\?/],
    ["trunks: { a: {} }", /trunks\.a: "address" is missing/],
    [
      "trunks: { a: { address: carrier } }",
      /trunks\.a\.address: found "carrier", but it must be sip: and an IP address or a host name/,
    ],
    ["trunks: { a: { address: 192.0.2.1 } }", /found "192\.0\.2\.1", but it must be sip: and an IP address/],
    ["trunks: { a: { address: [sip:192.0.2.1, carrier] } }", /trunks\.a\.address\[1\]: found "carrier"/],
    ["trunks: { a b: { address: sip:192.0.2.1 } }", /the key "a b" is not allowed; it must be a name/],
    [
      "trunks: { a: { address: sip:192.0.2.1, domain: 'a:1' } }",
      /trunks\.a\.domain: found "a:1", but it must be a host name/,
    ],
    [
      "trunks: { a: { address: sip:192.0.2.1, username: x } }",
      /trunks\.a\.username: there is no password.*trunks\.a\.password or trunks\.a\.passwordFile/,
    ],
    ["trunks: { a: { address: sip:192.0.2.1, password: hunter2 } }", /trunks\.a: there is a password and no user name/],
    ["trunks: { a: { address: sip:192.0.2.1, register: true } }", /trunks\.a\.register: we register under a user name/],
    [
      "trunks: { a: { address: sip:192.0.2.1, sources: [192.0.2.0/33] } }",
      /trunks\.a\.sources\[0\]: found "192\.0\.2\.0\/33"/,
    ],
    ["trunks: { a: { address: sip:192.0.2.1, numbers: [12065550100] } }", /trunks\.a\.numbers\[0\]: .*in quotes/],
    ["trunks: { a: { address: sip:192.0.2.1, prefixes: ['++4'] } }", /trunks\.a\.prefixes\[0\]: found "\+\+4"/],
    ["trunks: { a: { address: sip:192.0.2.1, numberForm: national } }", /trunks\.a\.numberForm: .*there is no country/],
    [
      "trunks: { a: { address: sip:192.0.2.1, callerId: { form: national } } }",
      /trunks\.a\.callerId\.form: .*there is no country/,
    ],
    [
      "trunks: { a: { address: sip:192.0.2.1, callerId: { from: username } } }",
      /trunks\.a\.callerId\.from: there is no username/,
    ],
    ["trunks: { a: { address: sip:192.0.2.1, codecs: [G729] } }", /trunks\.a\.codecs\[0\]: .*PCMU, PCMA, G722 or opus/],
    [
      "trunks: { a: { address: sip:a.example.com, symmetric: true } }",
      /trunks\.a\.symmetric: symmetric needs an IP address/,
    ],
    [
      "trunks: { a: { address: sip:192.0.2.1, probeSeconds: 1 } }",
      /trunks\.a\.probeSeconds: .*a whole number from 5 to 3600/,
    ],
    [
      "{ trunks: { main: { address: sip:192.0.2.1 } }, voiceConnectors: { a: mian } }",
      /voiceConnectors\.a: there is no trunk "mian"; did you mean "main"\?/,
    ],
    [
      "voiceConnectors: { a: main }",
      /voiceConnectors\.a: found "main", but it must be sip: and an IP address.*there are none/,
    ],
    [
      "{ trunks: { a: { address: sip:192.0.2.1 } }, voiceConnectors: { a: sip:192.0.2.2 } }",
      /voiceConnectors\.a: there is a trunk of this name/,
    ],
    [
      "{ trunks: { b: { address: sip:192.0.2.1 } }, voiceConnectors: { a: [{ address: b, symmetric: true }] } }",
      /trunks\.b\.symmetric is where that is said/,
    ],
  ];
  for (const [yaml, why] of wrong)
    it(`are refused with the place and the reason: ${yaml}`, () => {
      const found = whyNot(yaml);
      assert.match(found, why);
      assert.doesNotMatch(found, /hunter2/);
    });

  it("are accepted as docs/trunks.md has them", () => {
    const page = readFileSync(join(packageRoot(), "docs", "trunks.md"), "utf8");
    const examples = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, yaml = ""]) => load(yaml).trunks);

    assert.deepEqual(
      examples.map((trunks) => trunks.map(({ name }) => name).join(" ")),
      ["carrier", "carrier", "carrier", "main spare abroad office"],
    );
    assert.equal(examples[2]?.[0]?.account?.password, "hunter2");
  });
});
