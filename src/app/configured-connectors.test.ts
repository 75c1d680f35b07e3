import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../kernel/index.ts";
import { createStore } from "../store/index.ts";
import { plainTrunk, type Trunk } from "../trunks/index.ts";
import { putConfiguredConnectors } from "./configured-connectors.ts";

const target = { transport: "udp", host: "192.0.2.7", port: 5060 } as const;
const trunk = (name: string): Trunk => ({ ...plainTrunk, name, addresses: [{ target, priority: 1, weight: 2 }] });
const group = "arn:aws:chime:eu-west-1:000000000000:vcg/ward";
const config = {
  region: "us-east-1",
  trunks: [trunk("carrier"), trunk("abcdef1ghij2klmno3pqr4"), trunk(group), trunk("*")],
  connectors: [
    { key: "abcdef1ghij2klmno3pqr4", members: [{ trunk: "abcdef1ghij2klmno3pqr4", priority: 1, weight: 1 }] },
    { key: group, members: [{ trunk: group, priority: 1, weight: 1 }] },
    { key: "*", members: [{ trunk: "*", priority: 1, weight: 1 }] },
  ],
};

// Contract: api-configured-records, api-configured-marked
test("trunks, Voice Connectors and groups of the configuration are there as such, until it names them no more", async () => {
  const store = await createStore({ path: ":memory:", log: silentLogger, hasThread: false });
  await putConfiguredConnectors(config, store, 5);
  const [carrier, connector, behindGroup, ...others] = await store.connectors.all();

  assert.deepEqual([carrier?.name, connector?.id, others], ["carrier", "abcdef1ghij2klmno3pqr4", []]);
  assert.match(carrier?.id ?? "", /^[0-9a-f-]{36}$/);
  assert.deepEqual(carrier?.origination?.routes, [
    { host: "192.0.2.7", port: 5060, protocol: "UDP", priority: 1, weight: 2 },
  ]);
  assert.deepEqual([carrier?.origin, behindGroup?.region, behindGroup?.name], ["configuration", "eu-west-1", "ward"]);
  const [found] = await store.groups.all();
  assert.deepEqual([found?.id, found?.items], ["ward", [{ connectorId: behindGroup?.id, priority: 1 }]]);

  await store.connectors.replace({ ...carrier, tags: [{ key: "a", value: "b" }] } as NonNullable<typeof carrier>);
  await putConfiguredConnectors({ ...config, trunks: [trunk("carrier")], connectors: [] }, store, 9);
  const left = await store.connectors.all();
  assert.deepEqual(
    left.map(({ name, tags, createdAt, updatedAt }) => [name, tags, createdAt, updatedAt]),
    [["carrier", [{ key: "a", value: "b" }], 5, 5]],
  );
  assert.deepEqual(await store.groups.all(), []);
  await store.close();
});
