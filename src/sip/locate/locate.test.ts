import assert from "node:assert/strict";
import { test } from "node:test";
import { withBrackets } from "../../sip-syntax/index.ts";
import { createScriptedResolver, type ScriptedRecords } from "../../testing/internal/scripted-resolver.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import type { SipAddress, SipTarget } from "../types.ts";
import { createLocator } from "./locate.ts";

const srv = (name: string, port: number, priority = 1, weight = 1) => ({ name, port, priority, weight });
const naptr = (service: string, replacement: string, order = 1, preference = 1, flags = "s") => ({
  ...{ order, preference, flags, service, replacement },
});
const target = (host: string, port?: number, transport?: SipTarget["transport"]): SipTarget => ({
  ...{ host, port, transport },
});
const show = ({ transport, host, port, domain }: SipAddress) =>
  `${transport} ${withBrackets(host)}:${port}${domain === undefined ? "" : ` as ${domain}`}`;

function locatorOf(records: ScriptedRecords, random = () => 0) {
  const clock = createManualClock();
  const resolver = createScriptedResolver(records);
  return { clock, resolver, locate: createLocator({ resolver, clock, random }) };
}

for (const [what, to, address] of [
  ["an IPv4 address", target("192.0.2.1"), "udp 192.0.2.1:5060"],
  ["an IPv6 address with a port", target("2001:db8::1", 5070), "udp [2001:db8::1]:5070"],
  ["an address with a transport", target("192.0.2.1", undefined, "tcp"), "tcp 192.0.2.1:5060"],
  ["localhost", target("LocalHost", 5062), "udp 127.0.0.1:5062"],
  ["an address for TLS", target("192.0.2.1", undefined, "tls"), "tls 192.0.2.1:5061"],
  ["localhost for TLS", target("localhost", undefined, "tls"), "tls 127.0.0.1:5061 as localhost"],
] as const) {
  test(`${what} is located at once, without a question`, () => {
    const { resolver, locate } = locatorOf({});

    const found = locate(to);

    assert.ok(!(found instanceof Promise));
    assert.deepEqual([found.map(show), resolver.asked], [[address], []]);
  });
}

const ofHosts = { addresses: { a: ["192.0.2.1", "2001:db8::1"], b: ["192.0.2.2"], "x.test": ["192.0.2.9"] } };
/** What is located for a target, and what is asked for that: RFC 3263 §4.1 and §4.2 by rows. */
const table: readonly (readonly [
  what: string,
  target: SipTarget,
  records: ScriptedRecords,
  found: readonly string[],
  asked?: readonly string[],
])[] = [
  ["a name with a port: address records only", target("x.test", 5070), ofHosts, ["udp 192.0.2.9:5070"], ["A x.test"]],
  ["a name with a port and a transport", target("x.test", 5070, "tcp"), ofHosts, ["tcp 192.0.2.9:5070"], ["A x.test"]],
  [
    "a name with a transport: its SRV records",
    target("x.test", undefined, "tcp"),
    { ...ofHosts, srv: { "_sip._tcp.x.test": [srv("b", 5071)] } },
    ["tcp 192.0.2.2:5071"],
    ["SRV _sip._tcp.x.test", "A b"],
  ],
  [
    "a name with a transport and no SRV record: its addresses at the usual port",
    target("x.test", undefined, "tcp"),
    ofHosts,
    ["tcp 192.0.2.9:5060"],
  ],
  [
    "a name for TLS: its SRV records, whose hosts have to prove the name that was asked for",
    target("x.test", undefined, "tls"),
    { ...ofHosts, srv: { "_sips._tcp.x.test": [srv("b", 5071)] } },
    ["tls 192.0.2.2:5071 as x.test"],
    ["SRV _sips._tcp.x.test", "A b"],
  ],
  [
    "a name for TLS and no SRV record: its addresses at port 5061",
    target("x.test", undefined, "tls"),
    ofHosts,
    ["tls 192.0.2.9:5061 as x.test"],
  ],
  [
    "a NAPTR record of TLS before one of UDP",
    target("x.test"),
    {
      ...ofHosts,
      naptr: { "x.test": [naptr("SIP+D2U", "u.test", 2), naptr("SIPS+D2T", "s.test", 1)] },
      srv: { "s.test": [srv("b", 1)], "u.test": [srv("b", 2)] },
    },
    ["tls 192.0.2.2:1 as x.test", "udp 192.0.2.2:2"],
  ],
  [
    "NAPTR records in their order, those of transports that are not spoken left out",
    target("x.test"),
    {
      ...ofHosts,
      naptr: {
        "x.test": [
          naptr("SIP+D2U", "u.test", 20),
          naptr("SIP+D2S", "s.test", 5),
          naptr("sip+d2t", "t.test", 10, 2),
          naptr("SIP+D2T", "", 10, 1, "u"),
        ],
      },
      srv: { "t.test": [srv("b", 1)], "u.test": [srv("a", 2)] },
    },
    ["tcp 192.0.2.2:1", "udp 192.0.2.1:2", "udp [2001:db8::1]:2"],
    ["NAPTR x.test", "SRV t.test", "SRV u.test", "A b", "A a"],
  ],
  [
    "no NAPTR record: the SRV records of each transport",
    target("x.test"),
    { ...ofHosts, srv: { "_sip._tcp.x.test": [srv("b", 3)] } },
    ["tcp 192.0.2.2:3"],
  ],
  ["no record but addresses: the usual transport and port", target("x.test"), ofHosts, ["udp 192.0.2.9:5060"]],
  [
    "SRV records by priority; of one priority those of weight 0 last",
    target("x.test", undefined, "udp"),
    { ...ofHosts, srv: { "_sip._udp.x.test": [srv("b", 9, 2), srv("b", 8, 1, 0), srv("b", 7, 1, 5)] } },
    ["udp 192.0.2.2:7", "udp 192.0.2.2:8", "udp 192.0.2.2:9"],
    ["SRV _sip._udp.x.test", "A b"],
  ],
  [
    "a host of an SRV record without address: the next one",
    target("x.test", undefined, "udp"),
    { ...ofHosts, srv: { "_sip._udp.x.test": [srv("nobody", 1, 1), srv("b", 2, 2)] } },
    ["udp 192.0.2.2:2"],
  ],
  [
    "name servers that fail at NAPTR and SRV: as if there were none",
    target("x.test"),
    { ...ofHosts, naptr: { "x.test": "fails" }, srv: { "_sip._udp.x.test": "fails" } },
    ["udp 192.0.2.9:5060"],
  ],
  [
    "of two hosts the addresses of one fail",
    target("x.test", undefined, "udp"),
    { addresses: { a: "fails", b: ["192.0.2.2"] }, srv: { "_sip._udp.x.test": [srv("a", 1, 1), srv("b", 2, 2)] } },
    ["udp 192.0.2.2:2"],
  ],
];

for (const [what, to, records, found, asked] of table) {
  test(`RFC 3263: ${what}`, async () => {
    const { clock, resolver, locate } = locatorOf(records);

    assert.deepEqual((await locate(to)).map(show), found);
    if (asked !== undefined) assert.deepEqual(resolver.asked, asked);
    assert.equal(clock.pendingTimers(), 0, "a timer is left");
  });
}

const nobody = target("x.test", undefined, "udp");
for (const [what, records, why] of [
  ["without records", {}, /x\.test has no address for SIP: no address record/],
  ["whose addresses fail", { addresses: { "x.test": "fails" } }, /x\.test has no address for SIP: A x\.test failed/],
  ["that has decidedly no SIP", { ...ofHosts, srv: { "_sip._udp.x.test": [srv(".", 0)] } }, /there is no SIP/],
] as const) {
  test(`a name ${what} is located nowhere, and it is said why`, async () => {
    const { clock, locate } = locatorOf(records);

    await assert.rejects(async () => locate(nobody), { code: "SIP_NOT_LOCATED", message: why });
    assert.equal(clock.pendingTimers(), 0);
  });
}

test("a name server that is silent is waited for three seconds", async () => {
  const { clock, locate } = locatorOf({ addresses: { "x.test": "silent" } });

  const found = assert.rejects(async () => locate(target("x.test", 5060)), { message: /did not answer within 3 s/ });
  await Promise.resolve();
  clock.advance(3_000);
  await found;
});

test("however many records there are, 16 addresses are given and 20 hosts asked for at the most", async () => {
  const many = Array.from({ length: 1_000 }, (_, index) => srv(`h${index}`, 5060));
  const addresses = Object.fromEntries(many.map(({ name }) => [name, Array.from({ length: 500 }, () => "192.0.2.1")]));
  const { resolver, locate } = locatorOf({ addresses, srv: { "_sip._udp.x.test": many } });

  assert.equal((await locate(nobody)).length, 16);
  assert.equal(resolver.asked.length, 21);
});
