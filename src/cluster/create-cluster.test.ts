import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { KeptNode } from "../store/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { createCluster } from "./create-cluster.ts";

const card = (name: string, more: object = {}) =>
  JSON.stringify({ name, state: "up", sip: [], url: "http://127.0.0.1:1", calls: 0, ...more });
const nodes: readonly KeptNode[] = [
  { nodeId: "me", at: 5, card: card("me") },
  { nodeId: "a", at: 6, card: card("a", { fromANewerVersion: true }) },
  { nodeId: "early", at: 7, card: undefined },
  { nodeId: "odd", at: 8, card: '{"name":3}' },
  { nodeId: "worse", at: 9, card: "{" },
];

function open({ isShared = true, holder = "a" } = {}) {
  return createCluster({
    records: { nodes: async () => nodes, nodeOf: async () => (holder === "none" ? undefined : holder) },
    ...{ nodeId: "me", isShared, sign: () => ({}), clock: createManualClock() },
  });
}

describe("the nodes that share a database", () => {
  it("are the others whose card can be read, whatever more a newer version writes there", async () => {
    const peers = await open().peers();
    assert.deepEqual(
      peers.map((peer) => [peer.card.name, peer.seenAt]),
      [["a", 6]],
    );
  });

  it("have the call whose row names them, this one and those that are gone aside", async () => {
    assert.equal((await open().holderOf("call"))?.card.name, "a");
    for (const holder of ["me", "gone", "odd", "none"])
      assert.equal(await open({ holder }).holderOf("call"), undefined);
  });

  it("are none where the database is this node's own", async () => {
    assert.deepEqual(
      [await open({ isShared: false }).peers(), await open({ isShared: false }).holderOf("call")],
      [[], undefined],
    );
  });

  it("are said not to answer, by name and reason, when they cannot be reached", async () => {
    const [peer] = await open().peers();
    await assert.rejects(async () => peer?.ask({ method: "GET", from: "root", path: "/offhook/v1/calls" }), {
      code: "CLUSTER_NODE_AWAY",
      message: /^The node a, which has it, does not answer: .+/,
    });
  });
});
