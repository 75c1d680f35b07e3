import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../kernel/index.ts";
import type { OutsideOutcome, OutsideRequest, SipTarget } from "../sip/index.ts";
import { createManualClock } from "../testing/index.ts";
import { createTrunks } from "./create-trunks.ts";
import { plainTrunk, type Trunk } from "./types.ts";

const at = (host: string) => ({ transport: "udp", host, port: 5060 }) as const;
const trunk = (name: string, traits: Partial<Trunk> = {}): Trunk => ({
  ...{ ...plainTrunk, name, prefixes: [""] },
  addresses: [{ target: at("192.0.2.1"), priority: 1, weight: 1 }],
  ...traits,
});
const account = { username: "1001", password: "hunter2" };
const good = (status = 200): OutsideOutcome => ({
  ...{ type: "response", status, expiresS: 600, smallestS: undefined, retryAfterS: undefined, seq: 1 },
});
const silent: OutsideOutcome = { type: "failed", cause: "timeout", why: "no response", seq: 1 };

/** Trunks whose requests get what `answer` says. */
function open(
  trunks: readonly Trunk[],
  answer: (request: OutsideRequest) => OutsideOutcome | Promise<OutsideOutcome> = () => good(),
) {
  const clock = createManualClock();
  const sent: string[] = [];
  const lines: string[] = [];
  const note = (facts: object, message: string) => void lines.push(`${message} ${JSON.stringify(facts)}`);
  const made = createTrunks({
    userAgent: {
      locate: ({ host }: SipTarget) => [at(host === "carrier.example.com" ? "198.51.100.1" : host)],
      localAddressFor: () => at("203.0.113.7"),
      request: async (request) => {
        const expires = request.headers.find(({ name }) => name === "Expires")?.value ?? "";
        sent.push(`${request.method} ${request.nextHop.host} ${expires}`.trim());
        return answer(request);
      },
    },
    ...{ clock, log: { ...silentLogger, info: note, warn: note }, random: () => 0, newId: () => "1" },
    ...{ trunks, connectors: [], standIn: () => undefined },
  });
  const pass = async (ms: number) => {
    clock.advance(ms);
    await new Promise<void>((resolve) => void setImmediate(resolve));
  };
  return { trunks: made, sent, lines, pass };
}

// Contract: sip-and-media-trunk-down
test("a trunk that does not answer OPTIONS is down, said once, and up again with its answer (Contract: sip-and-media-trunk-down)", async () => {
  let isUp = false;
  const { trunks, sent, lines, pass } = open([trunk("carrier", { probeMs: 30_000 })], () =>
    isUp ? good(404) : silent,
  );
  trunks.open();
  await pass(0);
  assert.deepEqual(trunks.report(), { carrier: { state: "down", calls: 0 } });
  assert.match(
    JSON.stringify(trunks.findWays({ type: "number", number: "+12065550100" })),
    /carrier \(OPTIONS: no response; it is tried again in 2 s\)/,
  );
  await pass(30_000);
  isUp = true;
  await pass(30_000);

  assert.deepEqual(sent, ["OPTIONS 192.0.2.1", "OPTIONS 192.0.2.1", "OPTIONS 192.0.2.1"]);
  assert.deepEqual(
    lines.map((line) => line.split(" {")[0]),
    ["a trunk is down, and is not called for a time", "a trunk is up again"],
  );
  assert.deepEqual(trunks.report(), { carrier: { state: "up", calls: 0 } });
  await trunks.close();
  await pass(120_000);
  assert.equal(sent.length, 3);
});

test("a trunk that says nothing to OPTIONS is down after responseSeconds, not when the transaction has run out, and a late answer ends nothing", async () => {
  const answers: ((outcome: OutsideOutcome) => void)[] = [];
  const slow = trunk("carrier", { probeMs: 5_000, responseMs: 3_000 });
  const { trunks, pass } = open([slow], () => new Promise((resolve) => void answers.push(resolve)));
  const state = () => trunks.describe()[0]?.addresses[0];
  trunks.open();
  await pass(0);
  await pass(2_999);
  assert.equal(state()?.state, "up");
  await pass(1);
  assert.deepEqual([state()?.state, state()?.why], ["down", "OPTIONS: no response within 3 s"]);
  answers[0]?.(good());
  await pass(2_000);
  await pass(0);
  assert.equal(state()?.state, "down");
  answers[1]?.(good());
  await pass(0);
  assert.equal(state()?.state, "up");
  await trunks.close();
});

for (const status of [408, 503])
  test(`a trunk that answers OPTIONS with ${status} is down`, async () => {
    const { trunks, pass } = open([trunk("carrier", { probeMs: 30_000 })], () => good(status));
    trunks.open();
    await pass(0);
    assert.equal(trunks.report()["carrier"]?.state, "down");
  });

// Contract: sip-and-media-trunk-down
test("a trunk that three calls get no response from is passed over, until one that tries it gets one", async () => {
  const spare = trunk("spare", { priority: 2, addresses: [{ target: at("192.0.2.2"), priority: 1, weight: 1 }] });
  const { trunks, pass } = open([trunk("main"), spare]);
  const ways = () => {
    const found = trunks.findWays({ type: "number", number: "+12065550100" });
    return found.type === "none" ? [] : found.ways;
  };
  const call = () => {
    const begun = trunks.beginCall(ways()[0] ?? assert.fail("no way"));
    return begun.type === "begun" ? begun : assert.fail("over the limit");
  };
  const names = () => ways().map((way) => way.trunk.name);
  for (const one of [call(), call(), call()]) {
    one.failed("no response");
    one.ended();
  }
  assert.deepEqual(names(), ["spare"]);
  await pass(2_000);
  assert.deepEqual(names(), ["main", "spare"]);
  const trying = call();
  assert.deepEqual(names(), ["spare"], "one call is enough to try it");
  trying.responded();
  assert.deepEqual(names(), ["main", "spare"]);
  assert.equal(trunks.report()["main"]?.calls, 1);
  trying.ended();
  trying.ended();
  assert.equal(trunks.report()["main"]?.calls, 0);
});

// Contract: sip-and-media-trunk-registration
test("a trunk is registered at, refreshed in time, and left when trunks close; the log says it once (Contract: sip-and-media-trunk-registration)", async () => {
  const { trunks, sent, lines, pass } = open([trunk("carrier", { account, registration: { expiresS: 600 } })]);
  trunks.open();
  await pass(0);
  assert.deepEqual(trunks.report(), { carrier: { state: "up", calls: 0, isRegistered: true } });
  await pass(540_000);
  await trunks.close();

  assert.deepEqual(sent, ["REGISTER 192.0.2.1 600", "REGISTER 192.0.2.1 600", "REGISTER 192.0.2.1 0"]);
  assert.deepEqual(
    lines.map((line) => line.split(" {")[0]),
    ["registered at a trunk"],
  );
  assert.doesNotMatch(lines.join(), /hunter2/);
});

test("a registrar that says nothing is tried at its next address, and the end does not wait for it", async () => {
  const addresses = ["192.0.2.1", "192.0.2.2"].map((host, index) => ({ target: at(host), priority: index, weight: 1 }));
  const carrier = trunk("carrier", { account, addresses, registration: { expiresS: 600 } });
  const { trunks, sent, pass } = open([carrier], () => silent);
  trunks.open();
  await pass(0);
  await pass(0);
  assert.deepEqual(sent, ["REGISTER 192.0.2.1 600", "REGISTER 192.0.2.2 600"]);
  assert.equal(trunks.report()["carrier"]?.isRegistered, false);
  await pass(5_000);
  await pass(0);
  assert.equal(sent.length, 4);
  await trunks.close();
});

test("a registrar that does not even refuse is left after four seconds where there is another, with CSeq numbers that were not used", async () => {
  const addresses = ["192.0.2.1", "192.0.2.2"].map((host, index) => ({ target: at(host), priority: index, weight: 1 }));
  const seqs: (number | undefined)[] = [];
  const { trunks, sent, pass } = open(
    [trunk("carrier", { account, addresses, registration: { expiresS: 600 } })],
    ({ nextHop, seq }) => {
      seqs.push(seq);
      return nextHop.host === "192.0.2.1" ? new Promise(() => undefined) : good();
    },
  );
  trunks.open();
  await pass(0);
  await pass(3_999);
  assert.equal(sent.length, 1);
  await pass(1);
  assert.deepEqual(sent, ["REGISTER 192.0.2.1 600", "REGISTER 192.0.2.2 600"]);
  assert.deepEqual(seqs, [1, 5]);
  assert.equal(trunks.report()["carrier"]?.isRegistered, true);
});

// Contract: sip-and-media-trunk-source
test("calls are known by the addresses that names lead to, once they are asked for", async () => {
  const named = trunk("named", {
    addresses: [
      { target: { transport: undefined, host: "carrier.example.com", port: undefined }, priority: 1, weight: 1 },
    ],
  });
  const { trunks, pass } = open([named, trunk("carrier")]);
  assert.equal(trunks.isTrunkSource("198.51.100.1"), false);
  trunks.open();
  await pass(0);

  assert.equal(trunks.trunkOf(at("198.51.100.1"))?.name, "named");
  assert.equal(trunks.trunkOf(at("192.0.2.1"))?.name, "carrier");
  assert.equal(trunks.isTrunkSource("192.0.2.3"), false);
  await trunks.close();
});

test("trunks and connectors come, change and go at run time; calls that are up stay counted", async () => {
  const { trunks, sent, pass } = open([trunk("carrier", { maxCalls: 2 })]);
  trunks.open();
  const carrier = trunks.list()[0] ?? assert.fail("no trunk");
  const begun = trunks.beginIncoming(carrier);
  trunks.put({ ...carrier, maxCalls: 1, account, registration: { expiresS: 60 } });
  await pass(0);

  assert.equal(trunks.beginIncoming(carrier).type, "over-limit");
  assert.deepEqual(sent, ["REGISTER 192.0.2.1 60"]);
  assert.ok(trunks.credentialsOf(carrier));
  if (begun.type === "begun") begun.ended();
  assert.equal(trunks.beginIncoming(carrier).type, "begun");

  trunks.putConnector({ key: "abc", members: [{ trunk: "carrier", priority: 1, weight: 1 }] });
  assert.equal(trunks.whyNoConnector("arn:aws:chime:us-east-1:000000000000:vc/abc"), undefined);
  trunks.removeConnector("abc");
  assert.match(trunks.whyNoConnector("abc") ?? "", /no entry for abc/);
  trunks.remove("carrier");
  await pass(0);
  assert.deepEqual(
    [trunks.list(), trunks.isTrunkSource("192.0.2.1"), sent.at(-1)],
    [[], false, "REGISTER 192.0.2.1 0"],
  );
  assert.match(trunks.whyNoTrunk("+12065550100") ?? "", /no trunk takes calls/);
});

test("a trunk is described with each address, its last probe, and our registration there", async () => {
  const two = ["192.0.2.1", "192.0.2.2"].map((host) => ({ target: at(host), priority: 1, weight: 1 }));
  const carrier = trunk("carrier", {
    account,
    addresses: two,
    maxCalls: 9,
    probeMs: 30_000,
    registration: { expiresS: 600 },
  });
  const { trunks, pass } = open([carrier, trunk("plain")], ({ method, nextHop }) =>
    method === "OPTIONS" && nextHop.host === "192.0.2.2" ? good(503) : good(),
  );
  const known = { name: "plain", state: "up", calls: 0, addresses: [{ address: "udp://192.0.2.1:5060", state: "up" }] };
  const before = trunks.describe();
  trunks.open();
  await pass(0);
  await pass(0);

  assert.deepEqual(before[1], known);
  const why = "OPTIONS: answered with 503";
  const startedAt = 1_700_000_000_000;
  assert.deepEqual(trunks.describe()[0], {
    ...{ name: "carrier", state: "up", calls: 0, isRegistered: true, maxCalls: 9 },
    addresses: [
      { address: "udp://192.0.2.1:5060", state: "up", probe: { at: startedAt } },
      { address: "udp://192.0.2.2:5060", state: "down", why, probe: { at: startedAt, failure: why } },
    ],
    registration: { state: "registered", heldUntil: startedAt + 600_000 },
  });
  await trunks.close();
});

test("a registration that fails is described with why", async () => {
  const { trunks, pass } = open([trunk("carrier", { account, registration: { expiresS: 600 } })], () => good(403));
  trunks.open();
  await pass(0);

  assert.match(JSON.stringify(trunks.describe()[0]?.registration), /^\{"state":"failing","why":".*403/);
  await trunks.close();
});
