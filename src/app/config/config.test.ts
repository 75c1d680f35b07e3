import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { defaultCompatibility, documentedLimits } from "../../call/index.ts";
import { errorCode, errorMessage } from "../../kernel/index.ts";
import { loadConfig, type LoadConfigOptions } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-config-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "hello.mjs"), "export const handler = async () => ({});\n");

/** Loads `text` as a file in the folder of these tests. */
function load(text: string, options: Partial<LoadConfigOptions> = {}) {
  const file = join(folder, "offhook.yaml");
  writeFileSync(file, text);
  try {
    return loadConfig({ mode: "production", environment: {}, folder, ...options });
  } finally {
    rmSync(file);
  }
}

/** The lines of the refusal, without the first. */
function problemsOf(text: string, options: Partial<LoadConfigOptions> = {}): string[] {
  try {
    load(text, options);
  } catch (error) {
    assert.equal(errorCode(error), "APP_BAD_CONFIG", errorMessage(error));
    return errorMessage(error)
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
  return assert.fail("the configuration was accepted");
}

const calls = `
numbers: ["+12065550100"]
functions: { hello: hello.mjs }
applications: [{ name: first, function: hello }]
`;

const quotas = {
  ...{ applications: 1_000, rules: undefined, voiceConnectors: 1_000, voiceConnectorGroups: 1_000 },
  phoneNumbers: 100_000,
};
const rates = { requestsPerSecond: 200, createCallsPerSecond: undefined, updateCallsPerSecond: undefined };

describe("an accepted configuration", () => {
  it("has the documented limits, in the engine's units, but for those of the file", () => {
    const { maxCalls, ...limits } = load("").limits;
    assert.deepEqual([maxCalls, limits], [1_000, documentedLimits]);

    const changed = load(
      "limits: { longestPauseMilliseconds: 60000, longestRecordingSeconds: 60, attributeEntries: 10 }",
    ).limits;
    assert.deepEqual(changed.pauseMs, { min: 100, max: 60_000 });
    assert.equal(changed.longestRecordingMs, 60_000);
    assert.deepEqual(changed.attributes, { entries: 10, bytes: 20_480 });
  });

  it("has every compatibility switch in its default position, but for those of the file and of variables", () => {
    assert.deepEqual(load("").compatibility, defaultCompatibility);
    assert.deepEqual(
      load("compatibility: { pauseAnswers: true }", { environment: { OFFHOOK_COMPATIBILITY_MERGE_ATTRIBUTES: "true" } })
        .compatibility,
      { ...defaultCompatibility, pauseAnswers: true, mergeAttributes: true },
    );
  });

  it("has all defaults, on loopback, when the file is empty", () => {
    const config = load("");

    assert.deepEqual(config.sip, {
      listeners: [
        { transport: "udp", host: "127.0.0.1", port: 5060 },
        { transport: "tcp", host: "127.0.0.1", port: 5060 },
      ],
      tls: { certificate: undefined, key: undefined, authorities: undefined, further: [], clients: "ignored" },
      largestDatagramBytes: 1_300,
      acceptRefer: false,
      localNetworks: [],
      srtp: "optional",
      symmetric: undefined,
      guard: { strangers: "accept", requestsPerSecond: 10, banMs: 600_000 },
      webSocket: { onApi: false, origins: [], allowPlain: false },
    });
    assert.deepEqual(config.api, {
      address: "127.0.0.1",
      port: 8080,
      basePath: "",
      hosts: [],
      ...{ rates, quotas },
      ...{ keys: [], tls: undefined, pagesFolder: undefined },
    });
    assert.equal(config.media.address, undefined);
    assert.deepEqual([config.region, config.accountId, config.log.level], ["us-east-1", "000000000000", "info"]);
    assert.deepEqual([config.numbers, config.functions, config.applications, config.rules], [[], [], [], []]);
    assert.deepEqual([config.trunks, config.connectors, config.warnings], [[], [], []]);
    assert.equal(config.limits.functionDeadlineMs, 20_000);
    assert.equal(config.limits.actionsPerReply, 10);
    assert.equal(config.storePath, join(folder, ".offhook", "offhook.db"));
    assert.equal(config.file, join(folder, "offhook.yaml"));
  });

  it("takes rates of the API's requests", () => {
    const { api } = load("api: { requestsPerSecond: 50, createCallsPerSecond: 1, updateCallsPerSecond: 5 }");

    assert.deepEqual(api.rates, { requestsPerSecond: 50, createCallsPerSecond: 1, updateCallsPerSecond: 5 });
    assert.match(problemsOf("api: { requestsPerSecond: 0 }").join(), /must be a whole number from 1 to 100000/);
  });

  it("takes quotas of what the API makes", () => {
    const { api } = load("api: { quotas: { applications: 30, rules: 100, phoneNumbers: 0 } }");

    assert.deepEqual(api.quotas, { ...quotas, applications: 30, rules: 100, phoneNumbers: 0 });
    assert.match(problemsOf("api: { quotas: { rules: -1 } }").join(), /must be a whole number from 0 to 1000000/);
  });

  it("takes names of the API, and the advertised address as one of them", () => {
    const { api } = load("{ sip: { advertise: 203.0.113.7 }, api: { hosts: [offhook, voice.example.com] } }");

    assert.deepEqual(api.hosts, ["offhook", "voice.example.com", "203.0.113.7"]);
    assert.match(
      problemsOf('api: { hosts: ["a:80"] }').join(),
      /api\.hosts\[0\]: found "a:80", but it must be a host name/,
    );
  });

  it("reads networks, and where requests in a call go; trunk and Voice Connectors are as all others unless they say so", () => {
    const config = load(
      'sip: { advertise: 203.0.113.7, localNetworks: [10.0.0.0/8, "fd00::/8", 192.0.2.9], symmetric: true }',
    );

    assert.deepEqual(config.sip.localNetworks, [
      { address: "10.0.0.0", prefix: 8 },
      { address: "fd00::", prefix: 8 },
      { address: "192.0.2.9", prefix: 32 },
    ]);
    assert.equal(config.sip.symmetric, true);
    const trunk = load("{ sip: { symmetric: true }, trunk: { address: sip:192.0.2.1, symmetric: false } }");
    assert.deepEqual([trunk.sip.symmetric, trunk.trunks[0]?.symmetric], [true, false]);
    const connectors = "a: sip:192.0.2.1, b: [sip:192.0.2.2, { address: sip:192.0.2.3, symmetric: false }]";
    const { trunks } = load(`{ sip: { symmetric: true }, voiceConnectors: { ${connectors} } }`);
    assert.deepEqual(
      trunks.map(({ symmetric }) => symmetric),
      [true, true, false],
    );
  });

  it("takes every key with nothing after it for absent", () => {
    assert.deepEqual(load("sip:\ntrunk:\nnumbers:\nlimits: { maxCalls: }\n"), load(""));
  });

  it("parses addresses with IPv6, localhost, base path and SIP URI", () => {
    const config = load(
      `{ sip: { listen: ["tcp://[::1]"] }, api: { listen: "http://localhost/chime/v1/" }, trunk: { address: "sip:192.0.2.1:5070;transport=tcp" } }`,
    );

    assert.deepEqual(config.sip.listeners, [{ transport: "tcp", host: "::1", port: 5060 }]);
    assert.equal(config.media.address, undefined);
    assert.deepEqual(config.api, {
      address: "127.0.0.1",
      port: 8080,
      basePath: "/chime/v1",
      hosts: [],
      ...{ rates, quotas },
      ...{ keys: [], tls: undefined, pagesFolder: undefined },
    });
    assert.deepEqual(config.trunks[0]?.addresses[0]?.target, { transport: "tcp", host: "192.0.2.1", port: 5070 });
    assert.deepEqual(
      load('voiceConnectors: { a: sip:192.0.2.7, "*": [{ address: sip:192.0.2.7, weight: 3 }] }').connectors,
      [
        { key: "a", members: [{ trunk: "a", priority: 1, weight: 1 }] },
        { key: "*", members: [{ trunk: "*", priority: 1, weight: 3 }] },
      ],
    );
  });

  it("completes functions, applications and rules, with ids that stay over restarts", () => {
    const text =
      `${calls}  - { name: second, function: hello, region: eu-west-1, id: 11111111-2222-3333-4444-555555555555 }
rules:
  - { name: n, number: "+12065550100", applications: [first, { application: second, priority: 9 }] }
  - { name: h, hostname: PBX.example, disabled: true, applications: [first] }
`.replace("[{ name: first, function: hello }]\n", "\n  - { name: first, function: hello }\n");

    const config = load(text);

    const [first, second] = config.applications;
    assert.match(first?.id ?? "", /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(load(text).applications[0]?.id, first?.id);
    assert.equal(first?.functionArn, "arn:aws:lambda:us-east-1:000000000000:function:hello");
    assert.deepEqual(second, {
      id: "11111111-2222-3333-4444-555555555555",
      name: "second",
      region: "eu-west-1",
      functionArn: "arn:aws:lambda:eu-west-1:000000000000:function:hello",
    });
    const [number, host] = config.rules;
    assert.deepEqual(number?.targets, [
      { applicationId: first.id, priority: 1, region: "us-east-1" },
      { applicationId: second.id, priority: 9, region: "eu-west-1" },
    ]);
    assert.deepEqual([number.triggerType, number.triggerKey], ["ToPhoneNumber", "+12065550100"]);
    assert.deepEqual([host?.triggerValue, host?.triggerKey, host?.disabled], ["PBX.example", "pbx.example", true]);
    assert.deepEqual(config.functions, [
      {
        kind: "file",
        name: "hello",
        arn: "arn:aws:lambda:us-east-1:000000000000:function:hello",
        file: join(folder, "hello.mjs"),
        handler: "handler",
        environment: {},
        inherited: {},
        timeoutMs: 20_000,
        maxProcesses: 10,
        reload: false,
      },
    ]);
  });

  it("redacts calls in the database as histories are, unless it says otherwise", () => {
    const redacts = (text: string, mode: "development" | "production") => load(text, { mode }).redactCalls;
    assert.deepEqual([redacts("", "development"), redacts("", "production")], [false, true]);
    assert.deepEqual([redacts("histories: { redact: false }", "production")], [false]);
    const set = "histories: { redact: true }\nstore: { redactCalls: false }";
    assert.deepEqual(
      [redacts(set, "production"), redacts("store: { redactCalls: true }", "development")],
      [false, true],
    );
  });

  it("has a folder and a time for logs of messages", () => {
    const logs = (text: string) => load(text).messageLogs;
    assert.deepEqual(logs(""), { folder: logs("").folder, keepDays: 30 });
    assert.ok(logs("").folder.endsWith("/.offhook/logs"));
    const set = logs("messageLogs: { folder: elsewhere, keepDays: 0 }");
    assert.deepEqual([set.folder.endsWith("/elsewhere"), set.keepDays], [true, undefined]);
  });

  it("keeps histories of calls in development as they are, in production when asked for and redacted", () => {
    const histories = (text: string, mode: "development" | "production") => load(text, { mode }).histories;
    const kept = { folder: join(folder, ".offhook", "calls"), redact: false, keep: 1_000 };

    assert.deepEqual(histories("", "development"), kept);
    assert.equal(histories("histories: { write: false }", "development"), undefined);
    assert.equal(histories("histories: { redact: false }", "production"), undefined);
    assert.deepEqual(histories("histories: { write: true }", "production"), { ...kept, redact: true });
    assert.deepEqual(histories("histories: { write: true, redact: false, folder: h, keepCalls: 0 }", "production"), {
      ...{ folder: join(folder, "h"), redact: false, keep: 0 },
    });
  });

  it("warns when other machines can reach the API of development", () => {
    const { warnings } = load(`api: { listen: "http://0.0.0.0:80" }`, { mode: "development" });
    assert.match(warnings[0] ?? "", /0\.0\.0\.0.*takes any signature/);
  });

  it("warns when the range of RTP ports is too small for the calls that are allowed", () => {
    assert.deepEqual(load("media: { ports: 10001-10100 }\nlimits: { maxCalls: 25 }").warnings, [
      "media.ports of 10001-10100 has ports for 49 legs, and limits.maxCalls of 25 needs them for up to 50: further calls are refused with 503; right would be a range of 100 ports, or a limit of 24",
    ]);
    assert.deepEqual(load("media: { ports: 10000-10001 }\nlimits: { maxCalls: 25 }").warnings, [
      "media.ports of 10000-10001 has ports for 1 legs, and limits.maxCalls of 25 needs them for up to 50: further calls are refused with 503; right would be a range of 100 ports",
    ]);
    assert.deepEqual(load("media: { ports: 10000-10100 }\nlimits: { maxCalls: 25 }").warnings, []);
    assert.deepEqual(load('media: { ports: "0-0" }').warnings, []);
  });
});

describe("a refused configuration", () => {
  it("names every unknown key with its position and the nearest right one", () => {
    assert.deepEqual(problemsOf("regoin: us-east-1\nsip:\n  lisen: []\nlog: { zzzzzz: 1 }\n"), [
      'offhook.yaml:1:1: regoin: unknown key "regoin"; did you mean "region"? (allowed here: region, accountId, sip, api, media, numbers, numberPool, functions, functionsMustLoad, applications, rules, phones, softphone, registrations, trunk, trunks, voiceConnectors, objects, speech, dataFolder, store, cluster, meetings, limits, compatibility, histories, telemetry, messageLogs, drainSeconds, log)',
      'offhook.yaml:3:3: sip.lisen: unknown key "lisen"; did you mean "listen"? (allowed here: listen, tls, webSocket, advertise, localNetworks, largestDatagram, srtp, acceptRefer, symmetric, strangers, requestsPerSecond, banSeconds)',
      'offhook.yaml:4:8: log.zzzzzz: unknown key "zzzzzz" (allowed here: level)',
    ]);
  });

  it("tells what was found and what is right", () => {
    const cases: [string, string][] = [
      [
        "accountId: 000000000012",
        '1:12: accountId: found the number 000000000012, but it must be text: write it in quotes, "000000000012"',
      ],
      [
        "numbers: [+12065550100]",
        '1:11: numbers[0]: found the number +12065550100, but it must be text: write it in quotes, "+12065550100"',
      ],
      [
        'numbers: ["206"]',
        '1:11: numbers[0]: found "206", but it must be a phone number in E.164 form in quotes, for example "+12065550100"',
      ],
      [
        "log:\n  level: inof",
        '2:10: log.level: found "inof", but it must be one of debug, info, warn, error, silent; did you mean "info"?',
      ],
      [
        "compatibility: { statusOfHangupZero: 481 }",
        "1:38: compatibility.statusOfHangupZero: found 481, but it must be one of 480, 486, 603",
      ],
      [
        'compatibility: { createCallStatus: "" }',
        '1:36: compatibility.createCallStatus: found "", but it must be one of 202, 201',
      ],
      ["log: { level: 5 }", "1:15: log.level: found 5, but it must be one of debug, info, warn, error, silent"],
      [
        "media: { packets: batch }",
        '1:19: media.packets: found "batch", but it must be one of auto, batched, dgram; did you mean "batched"?',
      ],
      [
        "media: { codecs: [G729] }",
        '1:19: media.codecs[0]: found "G729", but it must be PCMU, PCMA, G722 or opus; did you mean "G722"?',
      ],
      [
        "media: { codecs: [] }",
        "1:18: media.codecs: found a list of 0, but it must be a list of at least 1, each PCMU, PCMA, G722 or opus",
      ],
      ["media: { codecs: [PCMU, PCMU] }", "1:18: media.codecs: it has an entry twice; each must be there once"],
      [
        "media: { ports: 5001-5002 }",
        '1:17: media.ports: found "5001-5002", which has no even port (RTP) with the odd one above it (RTCP)',
      ],
      ["media: { workers: 0 }", "1:19: media.workers: found 0, but it must be a whole number from 1 to 64"],
      [
        "limits: { maxCalls: 1.5 }",
        "1:21: limits.maxCalls: found 1.5, but it must be a whole number from 1 to 1000000",
      ],
      ["sip: [1]", "1:6: sip: found a list of 1, but it must be an object with keys"],
      [
        "sip: { listen: [] }",
        "1:16: sip.listen: found a list of 0, but it must be a list of at least 1, each udp, tcp, tls, ws or wss with an IP address, for example udp://127.0.0.1:5060, or an object with address",
      ],
      [
        "sip: { listen: udp://127.0.0.1:5070 }",
        '1:16: sip.listen: found "udp://127.0.0.1:5070", but it must be a list: write ["udp://127.0.0.1:5070"]',
      ],
      ["[]", "1:1: found a list of 0, but it must be an object with keys"],
      [
        "functions: { a: {} }",
        "1:17: functions.a: it must have one of the keys file, command, lambda, url; found none of them",
      ],
      [
        "functions: { a b: x }",
        '1:14: functions.a b: the key "a b" is not allowed; it must be a name of letters, digits, "-" and "_", the ARN of a Lambda function, or "*" for every other ARN',
      ],
      [
        "rules: [{ name: r, applications: [a] }]",
        "1:9: rules[0]: it is not clear what is meant: a rule has either number or hostname",
      ],
      [
        'sip: { listen: ["tls://1.2.3.4"] }',
        '1:17: sip.listen[0]: found "tls://1.2.3.4", which needs sip.tls.certificate and sip.tls.key',
      ],
      ["sip: { tls: { key: a.pem } }", "1:13: sip.tls: sip.tls.key needs sip.tls.certificate"],
      ["sip: { tls: { certificate: a.pem } }", "1:13: sip.tls: sip.tls.certificate needs sip.tls.key"],
      [
        'sip: { listen: ["sctp://1.2.3.4"] }',
        '1:17: sip.listen[0]: found "sctp://1.2.3.4", but it must be udp, tcp, tls, ws or wss with an IP address, for example udp://127.0.0.1:5060',
      ],
      [
        'api: { listen: "ftp://127.0.0.1" }',
        '1:16: api.listen: found "ftp://127.0.0.1", but it must be a URL with an IP address, for example http://127.0.0.1:8080',
      ],
      [
        "voiceConnectors: { a: [sip:192.0.2.1, { address: sip:192.0.2.256 }] }",
        '1:50: voiceConnectors.a[1].address: found "sip:192.0.2.256", but it must be sip: and an IP address or a host name, for example sip:192.0.2.1:5060 or sip:carrier.example.com',
      ],
      [
        "voiceConnectors: { a: [{ address: sip:192.0.2.1, wieght: 1 }] }",
        '1:50: voiceConnectors.a[0].wieght: unknown key "wieght"; did you mean "weight"? (allowed here: address, priority, weight, symmetric)',
      ],
      [
        "voiceConnectors: { arn:aws:chime:us-east-1:1:xx/a: sip:192.0.2.1 }",
        '1:20: voiceConnectors.arn:aws:chime:us-east-1:1:xx/a: the key "arn:aws:chime:us-east-1:1:xx/a" is not allowed; it must be the ARN of a Voice Connector or group (arn:aws:chime:<Region>:<account>:vc/<id>), its id, or "*"',
      ],
      [
        'trunk: { address: "sip:user@pbx.example" }',
        '1:19: trunk.address: found "sip:user@pbx.example", but it must be sip: and an IP address or a host name, for example sip:192.0.2.1:5060 or sip:carrier.example.com',
      ],
      [
        'media: { ports: "9-8" }',
        '1:17: media.ports: found "9-8", but it must be two ports from 1 to 65535, the first lower than the second',
      ],
      ["sip: { advertise: here? }", '1:19: sip.advertise: found "here?", but it must be an IP address or a host name'],
      ['numbers: ["+1234", "+1234"]', "1:20: numbers[1]: +1234 is there twice"],
      ["functions: { a: missing.mjs }", `1:17: functions.a: there is no file ${join(folder, "missing.mjs")}`],
    ];
    for (const [text, problem] of cases) assert.deepEqual(problemsOf(text), [`offhook.yaml:${problem}`]);
  });

  it("checks what belongs together", () => {
    const cases: [string, RegExp][] = [
      [
        `${calls}rules: [{ name: r, number: "+12065550199", applications: [first] }]`,
        /^rules\[0\]\.number: .*one of numbers \(\+12065550100\)$/,
      ],
      [
        `${calls}rules: [{ name: r, hostname: x, applications: [firts] }]`,
        /^rules\[0\]\.applications\[0\]: .*did you mean "first"\?/,
      ],
      [
        `${calls}rules: [{ name: r, hostname: x, applications: [{ application: zz }] }]`,
        /^rules\[0\]\.applications\[0\]\.application: there is no application "zz" \(configured: first\)$/,
      ],
      [
        `${calls}rules: [{ name: r, hostname: x, applications: [first] }, { name: s, hostname: X, applications: [first] }]`,
        /^rules\[1\]\.hostname: the rule "r" has x already$/,
      ],
      [
        `${calls}rules: [{ name: r, hostname: x, applications: [first] }, { name: r, hostname: y, applications: [first] }]`,
        /^rules\[1\]\.name: two rules are named "r"$/,
      ],
      [
        "applications: [{ name: a, function: f }]",
        /^applications\[0\]\.function: there is no function "f" \(none is configured\)$/,
      ],
      [
        "functions: { f: hello.mjs }\napplications: [{ name: a, function: f }, { name: a, function: f, id: 11111111-2222-3333-4444-555555555555 }]",
        /^applications\[1\]\.name: two applications are named "a"$/,
      ],
      [
        `functions: { "arn:aws:lambda:us-west-2:000000000000:function:f": hello.mjs }\napplications: [{ name: a, function: f, region: us-east-1 }]`,
        /^applications\[0\]\.region: found "us-east-1", but the function .* is in us-west-2; both must be in one Region$/,
      ],
      [
        `functions: { f: hello.mjs, "arn:aws:lambda:us-west-2:000000000000:function:f": hello.mjs }`,
        /there are two functions with the name "f"$/,
      ],
    ];
    for (const [text, problem] of cases) {
      const problems = problemsOf(text);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0]?.replace(/^offhook\.yaml:\d+:\d+: /, "") ?? "", problem);
    }
  });

  it("shows fifty problems and how many more there are, and of a long inventory the first ten numbers", () => {
    const keys = problemsOf(Array.from({ length: 60 }, (_, index) => `unknown${index}: 1`).join("\n"));
    const numbers = Array.from({ length: 30 }, (_, index) => `"+120655501${10 + index}"`).join(", ");
    const [rule = ""] = problemsOf(
      calls.replace('"+12065550100"', numbers) + 'rules: [{ name: r, number: "+12065550100", applications: [first] }]',
    );

    assert.equal(keys.length, 51);
    assert.match(keys.at(-1) ?? "", /^and 10 more$/);
    assert.match(rule, /one of numbers \(\+12065550110, .*\+12065550119, and 20 more\)$/);
  });

  it("reports the position of text that is not YAML, of a repeated key and of an endless alias", () => {
    assert.match(problemsOf("a: [1\nb: 2")[0] ?? "", /^offhook\.yaml:2:1: /);
    assert.match(problemsOf("region: us-east-1\nregion: us-east-1")[0] ?? "", /^offhook\.yaml:2:1: .*unique/);
    const bomb = [
      "a: &a [x]",
      ..."bcdefghij".split("").map((k, i) => `${k}: &${k} [${`*${"abcdefghi"[i]},`.repeat(9)}]`),
    ];
    assert.match(problemsOf(bomb.join("\n"))[0] ?? "", /alias/);
    for (const endless of ["a: &a [*a]", "functions: &f\n  x: *f", `a: ${"[".repeat(20_000)}`]) {
      assert.match(problemsOf(endless)[0] ?? "", /^offhook\.yaml:1:\d+: it is nested too deeply, or an alias/);
    }
  });
});
