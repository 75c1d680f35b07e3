import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createShares, type Shares, type SharesOfNode } from "./shares.ts";

/** Nodes that divide limits each second, as by their database. */
function open(ids: readonly string[], limit: number) {
  const uses = new Map(ids.map((id) => [id, 0]));
  const nodes = new Map(
    ids.map((id) => [id, createShares(id, true, () => ({ calls: { limit, use: uses.get(id) ?? 0 } }))]),
  );
  const written = new Map<string, SharesOfNode>();
  const node = (id: string): Shares => nodes.get(id) ?? assert.fail(id);
  const exchange = (id: string) => {
    const others = [...written].filter(([other]) => other !== id).map(([other, shares]) => ({ id: other, shares }));
    written.set(id, node(id).take(others));
    node(id).taken();
  };
  const second = () => ids.forEach(exchange);
  /** Begins calls until the node takes no more. */
  const fill = (id: string) => {
    for (let calls = uses.get(id) ?? 0; node(id).of("calls", limit, calls) > calls; calls++) uses.set(id, calls + 1);
    return uses.get(id);
  };
  return { uses, node, exchange, second, fill };
}

describe("the share of a node in a limit", () => {
  it("is all of it where the node is alone, and asks for nothing where its database is its own", () => {
    const { second, fill } = open(["a"], 10);
    second();
    assert.equal(fill("a"), 10);
    assert.equal(createShares("a", false, () => ({})).of("calls", 7, 3), 7);
  });

  it("goes to the node that needs it within two seconds, and the sum stays within the limit all the time", () => {
    const { uses, second, fill } = open(["a", "b", "c"], 30);
    for (let times = 0; times < 3; times++) second();
    for (let times = 0; times < 4; times++) {
      fill("a");
      assert.ok([...uses.values()].reduce((sum, use) => sum + use, 0) <= 30);
      second();
    }
    assert.equal(fill("a"), 28);
    for (let times = 0; times < 6; times++) {
      for (const id of ["b", "c", "a"]) fill(id);
      assert.ok([...uses.values()].reduce((sum, use) => sum + use, 0) <= 30);
      second();
    }
    assert.equal(
      [...uses.values()].reduce((sum, use) => sum + use, 0),
      30,
    );
  });

  it("of a limit smaller than the number of nodes is found by whoever asks for it, within three seconds", () => {
    const { uses, second, fill } = open(["a", "b", "c"], 1);
    for (const id of ["a", "b", "c", "a"]) {
      for (const other of uses.keys()) uses.set(other, 0);
      for (let times = 0; times < 3 && fill(id) === 0; times++) second();
      assert.equal(fill(id), 1);
      assert.equal(
        [...uses.values()].reduce((sum, use) => sum + use, 0),
        1,
      );
    }
  });

  it("of a rate of one a second comes to whoever asks for it, and stays there while nobody else does", () => {
    const nodes = ["a", "b", "c"].map((id) => ({ id, shares: createShares(id, true, () => ({})) }));
    const written = new Map<string, SharesOfNode>();
    const second = () => {
      for (const { id, shares } of nodes) {
        const others = [...written].flatMap(([other, of]) => (other === id ? [] : [{ id: other, shares: of }]));
        written.set(id, shares.take(others));
        shares.taken();
      }
    };
    const ask = (index: number) => nodes[index]?.shares.of("begun", 1, 0) ?? 0;
    for (const index of [0, 1, 2]) ask(index);
    for (let times = 0; times < 4; times++) second();
    for (const index of [0, 1, 0, 2, 1]) {
      let seconds = 0;
      for (; ask(index) === 0 && seconds < 9; seconds++) second();
      assert.ok(seconds <= 4, `node ${index} had it after ${seconds} s`);
      for (let times = 0; times < 3; times++) second();
      assert.equal(ask(index), 1);
    }
  });

  it("is there of each limit when a node that has come is said to have its shares, before it is asked for any", async () => {
    const { node, exchange } = open(["a", "b"], 10);
    for (let times = 0; times < 4; times++) {
      node("a").of("rate", 6, 6);
      exchange("a");
    }
    let isSettled = false;
    void node("b").settled.then(() => (isSettled = true));
    let seconds = 0;
    for (; !isSettled; seconds++) {
      for (const id of ["a", "b"]) exchange(id);
      await Promise.resolve();
    }
    assert.ok(seconds > 0 && seconds <= 3, `${seconds}`);
    assert.ok(node("b").of("calls", 10, 0) >= 2);
    assert.ok(node("b").of("rate", 6, 0) >= 1);
    assert.ok(node("a").of("rate", 6, 6) + node("b").of("rate", 6, 6) <= 6);
  });

  it("is not waited for longer where there is none, nor by a node that is alone or whose database is its own", async () => {
    const { node, exchange, uses } = open(["a", "b"], 1);
    exchange("a");
    uses.set("a", 1);
    await node("a").settled;
    for (let times = 0; times < 4; times++) exchange("b");
    await node("b").settled;
    assert.equal(node("b").of("calls", 1, 0), 0);
    await createShares("c", false, () => ({})).settled;
  });

  it("of a rate is all that the others do not use, where a node needs more than it has", () => {
    const { node, second } = open(["a", "b", "c"], 1);
    const usable = () => node("a").of("rate", 10, 12);
    for (let times = 0; times < 6; times++) {
      usable();
      node("b").of("rate", 10, 0);
      second();
    }
    assert.deepEqual([usable(), node("b").of("rate", 10, 0), node("c").of("rate", 10, 0)], [9, 1, 0]);
  });

  it("of a rate is used by another one only a second after it was given back", () => {
    const { node, second } = open(["a", "b"], 1);
    const most = (id: string) => node(id).of("rate", 10, 20);
    most("a");
    for (let times = 0; times < 5; times++) {
      most("a");
      second();
    }
    const had = node("a").of("rate", 10, 0);
    assert.ok(had >= 7, `${had}`);
    for (let times = 0; times < 5; times++) {
      const before = node("a").of("rate", 10, 0);
      const others = most("b");
      assert.ok(before + others <= 10, `${before} and ${others}`);
      second();
    }
    assert.ok(most("b") >= 5);
  });
});
