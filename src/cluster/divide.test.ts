import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createRandom } from "../testing/internal/random.ts";
import { divide, takeShare, type Wish } from "./divide.ts";

const wish = (id: string, use: number, wanted: number): Wish => ({ id, use, wanted });
const shares = (limit: number, ...wishes: readonly Wish[]) => [...divide(limit, wishes).values()];

describe("a limit that holds over all nodes", () => {
  it("is divided equally among nodes that want more than there is, and a node of few wishes leaves the rest to the others", () => {
    assert.deepEqual(shares(9, wish("a", 0, 9), wish("b", 0, 9), wish("c", 0, 9)), [3, 3, 3]);
    assert.deepEqual(shares(12, wish("a", 0, 2), wish("b", 0, 12), wish("c", 0, 12)), [2, 5, 5]);
    assert.deepEqual(shares(10, wish("a", 4, 10), wish("b", 0, 1)), [9, 1]);
  });

  it("is given away whole, also what nobody wants, and what does not divide", () => {
    assert.deepEqual(shares(10, wish("a", 0, 1), wish("b", 0, 1), wish("c", 0, 1)), [3, 3, 4]);
    assert.deepEqual(shares(1, wish("a", 0, 1), wish("b", 0, 1), wish("c", 0, 1)), [0, 0, 1]);
    assert.deepEqual(shares(5, wish("a", 3, 3), wish("b", 4, 4)), [3, 4]);
  });

  it("stays where it is and is wanted, as far as it is not enough for one each", () => {
    const full = (id: string): Wish => ({ id, use: 10, wanted: 30, granted: 10 });
    const open = { use: 9, wanted: 10, granted: 10 };
    assert.deepEqual(shares(30, full("a"), full("b"), { id: "c", ...open }), [10, 10, 10]);
    assert.deepEqual(shares(30, { id: "a", ...open }, full("b"), full("c")), [10, 10, 10]);
    assert.deepEqual(shares(30, full("a"), full("b"), { id: "c", ...open, wanted: 9 }), [10, 11, 9]);
  });

  it("is never exceeded by nodes that take their shares one after the other, whatever they want and whoever comes and goes", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = createRandom(seed);
      const upTo = (most: number) => Math.floor(random() * (most + 1));
      const limit = upTo(30);
      const nodes = new Map<string, Wish & { readonly granted: number }>();
      for (let step = 0; step < 200; step++) {
        const id = `n${upTo(3)}`;
        const before = nodes.get(id) ?? { id, use: 0, wanted: 0, granted: 0 };
        const use = upTo(before.granted);
        const own = { ...before, use, wanted: use + upTo(10) };
        const others = [...nodes.values()].filter((other) => other.id !== id);
        nodes.set(id, { ...own, granted: takeShare(limit, own, others) });
        if (random() < 0.02) nodes.delete(`n${upTo(3)}`);
        const all = [...nodes.values()].map(({ granted }) => granted);
        assert.ok(all.reduce((sum, one) => sum + one, 0) <= limit, `seed ${seed}`);
      }
    }
  });
});
