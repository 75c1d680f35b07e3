import assert from "node:assert/strict";
import { test } from "node:test";
import { findSource, sourcesOf } from "./sources.ts";
import { plainTrunk, type Trunk } from "./types.ts";

const target = (host: string, port = 5060) => ({ transport: "udp", host, port }) as const;
const trunk = (name: string, traits: Partial<Trunk>): Trunk => ({ ...plainTrunk, name, addresses: [], ...traits });
const at = (host: string, port = 5060) => ({ addresses: [{ target: target(host, port), priority: 1, weight: 1 }] });
const network = (address: string, prefix: number) => ({ address, prefix });

// Contract: sip-and-media-trunk-source
test("a call is of the trunk with the smallest network that it comes from, addresses and located names among them (Contract: sip-and-media-trunk-source)", () => {
  const sources = [
    ...sourcesOf(trunk("wide", { sources: [network("192.0.2.0", 24), network("2001:db8::", 32)] }), []),
    ...sourcesOf(trunk("narrow", { sources: [network("192.0.2.128", 25)] }), []),
    ...sourcesOf(trunk("address", at("192.0.2.200")), []),
    ...sourcesOf(trunk("named", at("carrier.example.com")), [target("198.51.100.1")]),
  ];
  const nameOf = (host: string) => findSource(sources, { host, port: 40_000 })?.name;

  assert.deepEqual(
    [
      "192.0.2.1",
      "192.0.2.129",
      "192.0.2.200",
      "2001:db8::7",
      "198.51.100.1",
      "198.51.100.2",
      "::1",
      "carrier.example.com",
    ].map(nameOf),
    ["wide", "narrow", "address", "wide", "named", undefined, undefined, undefined],
  );
});

test("of trunks at one address the port tells which, then the number that is called, then which takes any", () => {
  const first = trunk("first", { ...at("192.0.2.1"), numbers: ["+4930111"] });
  const second = trunk("second", { ...at("192.0.2.1", 5070), numbers: ["+4930222"] });
  const third = trunk("third", at("192.0.2.1", 5080));
  const sources = [first, second, third].flatMap((one) => sourcesOf(one, []));
  const nameOf = (port: number, number?: string) =>
    findSource(sources, { host: "192.0.2.1", port }, number === undefined ? [] : [number])?.name;

  assert.deepEqual(
    [nameOf(5070), nameOf(40_000, "+4930222"), nameOf(40_000, "+4930333")],
    ["second", "second", "third"],
  );
});
