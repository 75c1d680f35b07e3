import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findWays, whyNoConnector, whyNoTrunk, type Asked, type WayTable } from "./find-ways.ts";
import { plainTrunk, type ConnectorGroup, type Trunk } from "./types.ts";

const target = (host: string) => ({ transport: "udp", host, port: 5060 }) as const;

function trunk(name: string, traits: Partial<Trunk> = {}, hosts: readonly string[] = [name]): Trunk {
  const addresses = hosts.map((host, index) => ({ target: target(host), priority: index + 1, weight: 1 }));
  return { ...plainTrunk, name, addresses, prefixes: [""], ...traits };
}

const table = (trunks: readonly Trunk[], more: Partial<WayTable> = {}): WayTable => ({
  ...{ trunks, connectors: [], standIn: undefined, whyDown: () => undefined, random: () => 0.5 },
  ...more,
});

/** The hosts in the order in which they are tried, or why there is none. */
function hostsOf(asked: Asked, of: WayTable): string {
  const found = findWays(asked, of);
  return found.type === "none" ? found.why : found.ways.map((way) => way.target.host).join(" ");
}

const number = (digits: string): Asked => ({ type: "number", number: digits });

const europe = trunk("europe", { prefixes: ["+4", "+3"] });
const germany = trunk("germany", { prefixes: ["+49"] });
const rest = trunk("rest");
const exchange = trunk("exchange", { prefixes: ["2", "3"], shortNumbers: true });
const all = [rest, europe, germany, exchange];

describe("the ways of a number", () => {
  // Contract: sip-and-media-trunk-order
  const rows: readonly (readonly [digits: string, trunks: readonly Trunk[], tried: string])[] = [
    ["+4930123456", all, "germany europe rest"],
    ["+4420123456", all, "europe rest"],
    ["+15105550101", all, "rest"],
    ["201", all, "exchange"],
    [
      "901",
      all,
      "no trunk takes calls to 901; prefixes of trunks are rest: all; europe: +4, +3; germany: +49; exchange: 2, 3",
    ],
    ["+4930123456", [germany, { ...rest, prefixes: [] }], "germany"],
    ["+15105550101", [germany], "no trunk takes calls to +15105550101; prefixes of trunks are germany: +49"],
    ["+15105550101", [], "no trunk takes calls to +15105550101"],
    ["201", [trunk("pbx", { shortNumbers: true }), rest], "pbx"],
    // A prefix counts before a priority, and a priority before a weight.
    ["+4930123456", [trunk("a", { priority: 1 }), { ...germany, priority: 9 }], "germany a"],
    ["+15105550101", [trunk("b", { priority: 2, weight: 100 }), trunk("a", { priority: 1 })], "a b"],
    // The addresses of one trunk are tried before the next trunk.
    ["+15105550101", [trunk("a", {}, ["a1", "a2"]), trunk("b", { priority: 2 })], "a1 a2 b"],
  ];
  for (const [digits, trunks, tried] of rows) {
    it(`${digits} by ${trunks.map(({ name }) => name).join(", ") || "nobody"}: ${tried} (Contract: sip-and-media-trunk-order)`, () => {
      assert.equal(hostsOf(number(digits), table(trunks)), tried);
    });
  }

  it("are shared among trunks of one priority as their weights say (Contract: sip-and-media-trunk-order)", () => {
    let seed = 1;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const trunks = [trunk("much", { weight: 9 }), trunk("little", { weight: 1 })];
    const firsts = Array.from({ length: 1_000 }, () => hostsOf(number("+15105550101"), table(trunks, { random })));

    const share = firsts.filter((hosts) => hosts === "much little").length;
    assert.ok(share > 850 && share < 950, `${share} of 1,000 went first to the trunk with nine tenths of the weight`);
  });

  it("leave out what is down, and say why where nothing is left (Contract: sip-and-media-trunk-down)", () => {
    const whyDown: WayTable["whyDown"] = ({ target: { host } }) => (host === "b" ? undefined : "no response");
    const trunks = [trunk("a"), trunk("b", { priority: 2 })];

    assert.equal(hostsOf(number("+15105550101"), table(trunks, { whyDown })), "b");
    assert.equal(
      hostsOf(number("+15105550101"), table(trunks.slice(0, 1), { whyDown })),
      "all that take calls to +15105550101 are down: a (no response)",
    );
    assert.equal(whyNoTrunk("+15105550101", table(trunks.slice(0, 1), { whyDown })), undefined);
  });

  it("lead to the stand-in, short numbers too, where no trunk takes numbers, and to that of a trunk without address", () => {
    const standIn = target("phone");
    const onlyConnectors = [trunk("vc", { prefixes: [] })];

    assert.equal(hostsOf(number("201"), table(onlyConnectors, { standIn })), "phone");
    assert.equal(hostsOf(number("+15105550101"), table([trunk("a")], { standIn })), "a");
    const found = findWays(number("+15105550101"), table([trunk("trunk", {}, [])], { standIn }));
    assert.ok(found.type === "ways");
    assert.deepEqual([found.ways[0].trunk.name, found.ways[0].target], ["trunk", standIn]);
    assert.match(hostsOf(number("+15105550101"), table([trunk("trunk", {}, [])])), /^no trunk takes calls/);
  });
});

describe("the ways of a Voice Connector", () => {
  const arn = "arn:aws:chime:us-east-1:111122223333:vc/abcdef1ghij2klmno3pqr4";
  const asked: Asked = { type: "connector", arn };
  const to = (key: string, ...names: readonly string[]): ConnectorGroup => ({
    key,
    members: names.map((name, index) => ({ trunk: name, priority: index + 1, weight: 1 })),
  });
  const trunks = [trunk("a", { prefixes: [] }), trunk("b"), trunk("c")];

  // Contract: sip-and-media-connector-routes
  it("are those of its ARN, else of its id, else of all others, in the order of its trunks (Contract: sip-and-media-connector-routes)", () => {
    const connectors = [to("*", "a"), to("abcdef1ghij2klmno3pqr4", "b", "a"), to(arn, "c", "b", "gone")];

    assert.equal(hostsOf(asked, table(trunks, { connectors })), "c b");
    assert.equal(hostsOf(asked, table(trunks, { connectors: connectors.slice(0, 2) })), "b a");
    assert.equal(hostsOf(asked, table(trunks, { connectors: connectors.slice(0, 1) })), "a");
  });

  it("are none where it is not configured, and the nearest is named; with no connector at all, the stand-in", () => {
    const connectors = [to("abcdef1ghij2klmno3pqr5", "a")];
    const standIn = target("phone");
    const why = `voiceConnectors in the configuration has no entry for ${arn}; the nearest is abcdef1ghij2klmno3pqr5`;

    assert.equal(hostsOf(asked, table(trunks, { connectors, standIn })), why);
    assert.equal(whyNoConnector(arn, table(trunks, { connectors, standIn })), why);
    assert.notEqual(whyNoConnector(arn, table(trunks)), undefined);
    assert.equal(whyNoConnector(arn, table(trunks, { standIn })), undefined);
    assert.equal(hostsOf(asked, table(trunks, { standIn })), "phone");
  });
});
