import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSipUri } from "../../sip-syntax/index.ts";
import type { Store, VoiceConnector } from "../../store/index.ts";
import { createManualClock } from "../../testing/index.ts";
import type { ConnectorGroup, Trunk, Trunks } from "../../trunks/index.ts";
import { followApiConnectors, whyNotTerminated } from "./api-connectors.ts";

const connector = (id: string, changes: Partial<VoiceConnector> = {}): VoiceConnector => ({
  ...{ id, name: id, region: "us-east-1", requireEncryption: false, networkType: "IPV4_ONLY", tags: [] },
  ...{ integrationType: undefined, streaming: undefined, emergency: undefined, origination: undefined },
  ...{ logging: { sip: false, media: false }, credentials: [], origin: "api", createdAt: 0, updatedAt: 0 },
  termination: {
    ...{ callsPerSecond: 2, defaultNumber: undefined, regions: ["US"], isDisabled: false },
    networks: ["192.0.2.0/24"],
  },
  ...changes,
});

function setUp(...connectors: VoiceConnector[]) {
  const put = new Map<string, Trunk>();
  /** The trunk that each connector leads to. */
  const leading = new Map<string, string | undefined>();
  const trunks = {
    put: (trunk: Trunk) => void put.set(trunk.name, trunk),
    remove: (name: string) => void put.delete(name),
    connectors: () => [{ key: "arn:aws:chime:us-east-1:111122223333:vc/written", members: [] }],
    putConnector: ({ key, members }: ConnectorGroup) => void leading.set(key, members[0]?.trunk),
    removeConnector: () => undefined,
    trunkOf: ({ host }: { host: string }) => (host === "192.0.2.9" ? put.get("b") : undefined),
  } as unknown as Trunks;
  /** What this server may use of limits. */
  const shares = new Map<string, number>();
  const store = { connectors: { all: async () => connectors }, groups: { all: async () => [] } } as unknown as Store;
  return {
    put,
    leading,
    connectors,
    followed: followApiConnectors({
      ...{ store, trunks, clock: createManualClock(5), written: () => trunks.connectors() },
      shareOf: (name, limit) => Math.min(limit, shares.get(name) ?? Infinity),
    }),
    shares,
  };
}

const ping = (host: string, from: string) => ({
  requestUri: parseSipUri(`sip:${host}`) ?? assert.fail(host),
  source: { transport: "udp", host: from, port: 5060 } as const,
});

// Contract: api-termination-health
test("an OPTIONS to the host of a connector, or from its networks, is the last sign of its equipment", async () => {
  const { followed } = setUp(connector("a"), connector("b"), connector("c", { origin: "configuration" }));
  await followed.refresh();

  followed.notePing(ping("A.voiceconnector.chime.aws.", "198.51.100.7"));
  followed.notePing(ping("203.0.113.1", "192.0.2.9"));
  followed.notePing(ping("c.voiceconnector.chime.aws", "198.51.100.7"));

  assert.deepEqual(
    ["a", "b", "c"].map((id) => followed.lastPing(id)),
    [{ at: 5, source: "198.51.100.7" }, { at: 5, source: "192.0.2.9" }, undefined],
  );
});

// Contract: api-connectors-take-part
test("a connector is a trunk with its networks, accounts, encryption and routes, until it is deleted", async () => {
  const route = { host: "pbx.example.com", port: 0, protocol: "TCP", priority: 2, weight: 3 } as const;
  const origination = { routes: [route], isDisabled: false };
  const credentials = [{ username: "u", password: "p" }];
  const { put, connectors, followed } = setUp(
    connector("a", { origination, credentials }),
    connector("b", { origination, requireEncryption: true }),
  );
  await followed.refresh();

  const [a, b] = [put.get("a"), put.get("b")];
  const target = { host: "pbx.example.com", port: undefined, transport: "tcp" };
  assert.deepEqual(a?.addresses, [{ target, priority: 2, weight: 3 }]);
  assert.deepEqual([a?.sources, a?.callers], [[{ address: "192.0.2.0", prefix: 24 }], credentials]);
  assert.deepEqual([a?.callsPerSecond, a?.srtp, b?.srtp], [undefined, undefined, "required"]);
  assert.equal(b?.addresses[0]?.target.transport, "tls");
  connectors.splice(0, 1);
  await followed.refresh();
  assert.deepEqual([[...put.keys()], followed.ofHost("a.voiceconnector.chime.aws")], [["b"], undefined]);
});

// Contract: api-termination-lets-in
test("a connector brings as many calls a second as its CpsLimit says, and over TLS alone where it requires encryption", async () => {
  const { followed } = setUp(connector("a"), connector("b", { requireEncryption: true }));
  await followed.refresh();
  const [a, b] = ["a", "b"].map((id) => followed.ofTrunk(id) ?? assert.fail(id));
  assert.ok(a !== undefined && b !== undefined);
  const call = (transport: "udp" | "tls") => {
    const uri = parseSipUri("sip:+12065550100@192.0.2.1") ?? assert.fail();
    return { source: { transport, host: "192.0.2.9", port: 5060 }, to: uri, requestUri: uri } as const;
  };

  assert.deepEqual([followed.whyTooFast(a), followed.whyTooFast(a)], [undefined, undefined]);
  assert.match(followed.whyTooFast(a) ?? "", /2 calls of the Voice Connector a .*CpsLimit is 2/);
  assert.equal(followed.whyTooFast(b), undefined);
  assert.deepEqual([whyNotTerminated(a, call("udp")), whyNotTerminated(b, call("tls"))], [undefined, undefined]);
  assert.match(whyNotTerminated(b, call("udp")) ?? "", /requires encryption, and the call comes over udp/);
});

// Contract: api-termination-lets-in
test("CpsLimit holds over all servers: of it a connector brings to this one what is its share, which may grow", async () => {
  const { followed, shares } = setUp(connector("a"));
  await followed.refresh();
  const a = followed.ofTrunk("a") ?? assert.fail();
  shares.set("begun by the Voice Connector a", 1);
  assert.equal(followed.whyTooFast(a), undefined);
  assert.match(followed.whyTooFast(a) ?? "", /CpsLimit is 2, of which this server may use 1 now/);
  shares.set("begun by the Voice Connector a", 2);
  assert.equal(followed.whyTooFast(a), undefined);
});

// Contract: api-connectors-take-part
test("a trunk of the configuration is led to by the id that the API shows, one that is written as a connector by what is written", async () => {
  const origin = "configuration" as const;
  const { leading, followed } = setUp(
    connector("0b9d1f3a", { origin, name: "carrier" }),
    connector("written", { origin, name: "written" }),
  );
  await followed.refresh();
  await followed.refresh();

  assert.deepEqual([...leading], [["0b9d1f3a", "carrier"]]);
});
